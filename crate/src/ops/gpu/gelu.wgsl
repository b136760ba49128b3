// GELU, x Φ(x), and its derivative, with Φ by Abramowitz and Stegun's approximation of erf, formula 7.1.26: its error is below 2e-7.

// The standard normal distribution function.
fn normal_distribution(x: f32) -> f32 {
    let z = abs(x) * 0.70710678;
    let t = 1.0 / (1.0 + 0.3275911 * z);
    let tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * exp(-z * z) * 0.5;
    return select(tail, 1.0 - tail, x >= 0.0);
}

fn gelu(x: f32) -> f32 {
    return x * normal_distribution(x);
}

fn gelu_derivative(x: f32) -> f32 {
    return normal_distribution(x) + x * 0.39894228 * exp(-0.5 * x * x);
}

