//! The training losses.

use burn::tensor::{Int, Tensor};

use crate::ops::{cross_entropy, log_softmax};

/// The loss that a network is trained with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// Cross-entropy.
    CrossEntropy,
    /// The MAP criterion of LeNet-5 (1998); see [`map_criterion`].
    MapCriterion {
        /// The constant j.
        j: f32,
    },
}

impl Loss {
    /// Each example's loss.
    ///
    /// # Shapes
    /// - `logits`: `[batch, classes]`
    /// - `labels`, output: `[batch]`
    pub fn losses(self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        match self {
            Loss::CrossEntropy => cross_entropy(logits, labels),
            Loss::MapCriterion { j } => map_criterion(logits, labels, j),
        }
    }
}

/// Each example's cross-entropy with label smoothing (C. Szegedy and others: Rethinking the Inception architecture, 2015):
/// `smoothing` of the label's probability is spread evenly over all classes. `losses` are those without smoothing.
///
/// # Shapes
/// - `losses`, output: `[batch]`
/// - `logits`: `[batch, classes]`
pub fn smooth_labels(losses: Tensor<1>, logits: Tensor<2>, smoothing: f32) -> Tensor<1> {
    if smoothing == 0.0 {
        return losses;
    }
    let [batch, _] = logits.dims();
    let uniform = log_softmax(logits).mean_dim(1).neg().reshape([batch]);
    losses * (1.0 - smoothing) + uniform * smoothing
}

/// The MAP criterion of each example (LeCun et al., 1998, equation 9), for logits that are minus the penalties y:
/// `y_label + log(e^-j + Σ e^-y)`. It is the cross-entropy with one more class, "rubbish", whose logit is the constant −j.
///
/// # Shapes
/// As [`cross_entropy`].
pub fn map_criterion(logits: Tensor<2>, labels: Tensor<1, Int>, j: f32) -> Tensor<1> {
    let [batch, _] = logits.dims();
    let rubbish = Tensor::full([batch, 1], -j, &logits.device());
    cross_entropy(Tensor::cat(vec![logits, rubbish], 1), labels)
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::references::{all_close, numbers};

    fn values(tensor: Tensor<1>) -> Vec<f32> {
        tensor.into_data().try_to_vec().unwrap()
    }

    #[test]
    fn cross_entropy_of_known_logits() {
        let device = Device::flex();
        let logits = Tensor::from_floats([[0.0, 0.0, 0.0, 0.0], [1.0, 2.0, 3.0, 4.0]], &device);
        let labels = Tensor::from_ints([2, 3], &device);
        let losses = values(cross_entropy(logits, labels));
        // ln 4, and ln(1 + e^-1 + e^-2 + e^-3)
        assert!((losses[0] - 1.386_294_4).abs() < 1e-6);
        assert!((losses[1] - 0.440_189_7).abs() < 1e-6);
    }

    #[derive(serde::Deserialize)]
    struct Reference {
        values: Values,
    }

    #[derive(serde::Deserialize)]
    struct Values {
        losses: Vec<f32>,
        gradient: Vec<f32>,
    }

    #[test]
    fn smoothing_is_pytorchs() {
        let text = include_str!("../../../tests/references/smoothing.json");
        let Values { losses, gradient } = serde_json::from_str::<Reference>(text).unwrap().values;
        let device = Device::flex().autodiff();
        let logits: Vec<f32> = numbers(0, 15).map(|number| number * 8.0).collect();
        let logits = Tensor::<1>::from_floats(logits.as_slice(), &device);
        let logits = logits.reshape([3, 5]).require_grad();
        let plain = cross_entropy(logits.clone(), Tensor::from_ints([0, 3, 4], &device));
        let ours = smooth_labels(plain, logits.clone(), 0.1);
        let by_logits = logits.grad(&ours.clone().sum().backward()).unwrap();
        all_close(&values(ours), &losses, 1e-5, "losses");
        all_close(
            &values(by_logits.reshape([15])),
            &gradient,
            1e-5,
            "gradient",
        );
    }

    #[test]
    fn the_map_criterion_is_equation_9() {
        let device = Device::flex();
        let (y, j) = ([3.0f64, 0.5, 7.0], 0.1f64);
        let logits = Tensor::from_floats([[-y[0] as f32, -y[1] as f32, -y[2] as f32]], &device);
        let loss = values(map_criterion(
            logits,
            Tensor::from_ints([1], &device),
            j as f32,
        ))[0];
        let sum: f64 = (-j).exp() + y.iter().map(|y| (-y).exp()).sum::<f64>();
        assert!((f64::from(loss) - (y[1] + sum.ln())).abs() < 1e-6);
    }
}
