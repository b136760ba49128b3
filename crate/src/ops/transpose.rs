//! Transposing a matrix, in blocks of four rows by four columns.

use wide::f32x4;

use super::tile::{LANES, load, store};

/// Transposes a matrix, `[rows, columns]`, into the first columns of `output`, whose rows are `stride` numbers long.
pub fn transpose(matrix: &[f32], columns: usize, output: &mut [f32], stride: usize) {
    for (block, rows) in matrix.chunks(LANES * columns).enumerate() {
        let first = block * LANES;
        let count = rows.len() / columns;
        // The last row is repeated where there are fewer than four.
        let row = |index: usize| &rows[index.min(count - 1) * columns..][..columns];
        let rows = [row(0), row(1), row(2), row(3)];
        let vectorized = if count == LANES {
            columns / LANES * LANES
        } else {
            0
        };
        for column in (0..vectorized).step_by(LANES) {
            // SAFETY: four numbers from `column` on are within each row.
            let lanes = rows.map(|row| unsafe { load(row.as_ptr().add(column)) });
            for (offset, lanes) in f32x4::transpose(lanes).into_iter().enumerate() {
                let to = &mut output[(column + offset) * stride + first..][..LANES];
                // SAFETY: sliced to hold a vector.
                unsafe { store(lanes, to.as_mut_ptr()) };
            }
        }
        for column in vectorized..columns {
            for (offset, row) in rows.iter().enumerate().take(count) {
                output[column * stride + first + offset] = row[column];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_at_its_place_and_no_other_is_written() {
        for (rows, columns) in [(1, 1), (3, 5), (4, 4), (4, 11), (8, 8), (9, 6)] {
            let stride = rows + 2;
            let matrix: Vec<f32> = (0..rows * columns).map(|i| i as f32).collect();
            let mut output = vec![-1.0; columns * stride];
            transpose(&matrix, columns, &mut output, stride);
            for (column, numbers) in output.chunks_exact(stride).enumerate() {
                let expected: Vec<f32> = (0..rows)
                    .map(|row| matrix[row * columns + column])
                    .chain([-1.0, -1.0])
                    .collect();
                assert_eq!(numbers, expected, "{rows} × {columns}");
            }
        }
    }
}
