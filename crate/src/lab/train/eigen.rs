//! Eigenvectors of small symmetric matrices, by Jacobi's rotations: a few sweeps of plain arithmetic, which every machine rounds alike.

/// More sweeps than a matrix of this size ever takes: it is quadratically convergent.
const SWEEPS: usize = 30;

/// The eigenvalues of a symmetric matrix `[size, size]` and their eigenvectors of length 1, the largest eigenvalue first. Of each vector, the
/// largest element is positive.
pub fn eigenvectors(mut matrix: Vec<f64>, size: usize) -> Vec<(f64, Vec<f64>)> {
    // Its columns become the eigenvectors.
    let mut vectors: Vec<f64> = (0..size * size)
        .map(|at| if at / size == at % size { 1.0 } else { 0.0 })
        .collect();
    for _ in 0..SWEEPS {
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut matrix, &mut vectors, size, [p, q]);
            }
        }
    }
    let mut pairs: Vec<(f64, Vec<f64>)> = (0..size)
        .map(|column| {
            let vector: Vec<f64> = (0..size).map(|row| vectors[row * size + column]).collect();
            let longest = vector.iter().copied().fold(0.0, |longest: f64, value| {
                if value.abs() > longest.abs() {
                    value
                } else {
                    longest
                }
            });
            let sign = if longest < 0.0 { -1.0 } else { 1.0 };
            let vector = vector.into_iter().map(|value| sign * value).collect();
            (matrix[column * size + column], vector)
        })
        .collect();
    pairs.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    pairs
}

/// One rotation, which makes the element at row p and column q 0 (Golub and Van Loan, Matrix computations, section 8.5).
fn rotate(matrix: &mut [f64], vectors: &mut [f64], size: usize, [p, q]: [usize; 2]) {
    let element = matrix[p * size + q];
    if element == 0.0 {
        return;
    }
    let theta = (matrix[q * size + q] - matrix[p * size + p]) / (2.0 * element);
    let sign = if theta < 0.0 { -1.0 } else { 1.0 };
    let tangent = sign / (theta.abs() + (theta * theta + 1.0).sqrt());
    let cosine = 1.0 / (tangent * tangent + 1.0).sqrt();
    let sine = tangent * cosine;
    let turned = |a: f64, b: f64| (cosine * a - sine * b, sine * a + cosine * b);
    for row in 0..size {
        let (a, b) = (row * size + p, row * size + q);
        (matrix[a], matrix[b]) = turned(matrix[a], matrix[b]);
        (vectors[a], vectors[b]) = turned(vectors[a], vectors[b]);
    }
    for column in 0..size {
        let (a, b) = (p * size + column, q * size + column);
        (matrix[a], matrix[b]) = turned(matrix[a], matrix[b]);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A v = λ v, and the vectors are orthogonal.
        #[test]
        fn vectors_are_eigenvectors(size in 1_usize..12, numbers in prop::collection::vec(-1.0..1.0_f64, 144)) {
            let at = |row: usize, column: usize| numbers[row.min(column) * 12 + row.max(column)];
            let matrix: Vec<f64> = (0..size * size).map(|i| at(i / size, i % size)).collect();
            let pairs = eigenvectors(matrix.clone(), size);
            for (value, vector) in &pairs {
                for row in 0..size {
                    let product: f64 = (0..size).map(|column| matrix[row * size + column] * vector[column]).sum();
                    prop_assert!((product - value * vector[row]).abs() < 1e-9);
                }
                for (_, other) in &pairs {
                    let product: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
                    let expected = if vector == other { 1.0 } else { 0.0 };
                    prop_assert!((product - expected).abs() < 1e-9);
                }
            }
            prop_assert!(pairs.is_sorted_by(|a, b| a.0 >= b.0));
        }
    }
}
