// A product of two matrices, [ROWS, STEPS] and [STEPS, COLUMNS], each read by strides: a thread makes four rows by four
// columns. With BIAS, a row of numbers is added to each row; with ONES, the last row of the first matrix is all 1, and
// its products go to an output of their own. With several slices, each makes partial sums over its steps.

@group(0) @binding(0) var<storage> a: array<f32, A_LEN>;
@group(0) @binding(1) var<storage> b: array<f32, B_LEN>;
//:if BIAS
@group(0) @binding(2) var<storage> bias: array<f32, COLUMNS>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, OUTPUT>;
//:else
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
//:if APART
@group(0) @binding(3) var<storage, read_write> apart: array<f32, COLUMNS>;
//:end
//:end

fn each(thread: u32) {
    let column = thread % COLUMN_TILES * 4u;
    let row = thread / COLUMN_TILES % ROW_TILES * 4u;
    let slice = thread / COLUMN_TILES / ROW_TILES;
    let begin = slice * SLICE;
    let end = min(begin + SLICE, STEPS);
//:repeat r 4
    // Rows and columns beyond the last are read as the last, and not written.
    let row_$r = min(row + $ru, A_ROWS - 1u) * A_ROW;
    let column_$r = min(column + $ru, COLUMNS - 1u) * B_COLUMN;
//:if ONES
    let one_$r = row + $ru >= A_ROWS;
//:end
//:end
//:if BIAS
    // Added once, in the first slice.
    let biases = vec4<f32>(bias[column], bias[min(column + 1u, COLUMNS - 1u)], bias[min(column + 2u, COLUMNS - 1u)], bias[min(column + 3u, COLUMNS - 1u)]);
    let start = select(vec4<f32>(0.0), biases, slice == 0u);
//:else
    let start = vec4<f32>(0.0);
//:end
//:repeat r 4
    var sum_$r = start;
//:end
    for (var step = begin; step < end; step++) {
        let right = vec4<f32>(b[step * B_STEP + column_0], b[step * B_STEP + column_1], b[step * B_STEP + column_2], b[step * B_STEP + column_3]);
//:repeat r 4
//:if ONES
        sum_$r += select(a[row_$r + step * A_STEP], 1.0, one_$r) * right;
//:else
        sum_$r += a[row_$r + step * A_STEP] * right;
//:end
//:end
    }
//:repeat r 4
//:repeat c 4
    if (row + $ru < ROWS && column + $cu < COLUMNS) {
//:if APART
        if (row + $ru < A_ROWS) {
            output[(row + $ru) * COLUMNS + column + $cu] = sum_$r[$c];
        } else {
            apart[column + $cu] = sum_$r[$c];
        }
//:else
        output[(slice * ROWS + row + $ru) * COLUMNS + column + $cu] = sum_$r[$c];
//:end
    }
//:end
//:end
}
