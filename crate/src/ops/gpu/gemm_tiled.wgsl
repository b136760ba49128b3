// A matrix product as in gemm.wgsl, for adapters whose workgroup memory is faster than their buffers. A workgroup computes a tile
// of 4 THREADS_M rows by 4 THREADS_N columns: K_STEP columns of the first matrix and rows of the second are copied to workgroup
// memory, then each thread multiplies them for 4 rows by 4 columns. Where there are several SLICES, as many threads share the
// steps' products, and their sums are added at the end.

@group(0) @binding(0) var<storage> a: array<f32, A_LEN>;
@group(0) @binding(1) var<storage> b: array<f32, B_LEN>;
//:if BIAS
@group(0) @binding(2) var<storage> bias: array<f32, N>;
//:end
@group(0) @binding($(2 + BIAS)) var<storage, read_write> output: array<f32, OUTPUT>;

// Four rows of the first matrix, or four columns of the second, in each vec4. A row is one longer than the tile, so that a
// column's are in different banks.
var<workgroup> a_tile: array<vec4<f32>, K_STEP * (THREADS_M + 1u)>;
var<workgroup> b_tile: array<vec4<f32>, K_STEP * (THREADS_N + 1u)>;
//:if SLICES_BUT_ONE
var<workgroup> slice_sums: array<vec4<f32>, WORKGROUP_SIZE>;
//:end

fn workgroup_main(workgroup: u32, local: u32) {
    let tile_column = workgroup % TILES_N * THREADS_N * 4u;
    let tile_row = workgroup / TILES_N % TILES_M * THREADS_M * 4u;
    let split = workgroup / TILES_N / TILES_M;
    let begin = split * K_PER_SPLIT;
    let end = min(begin + K_PER_SPLIT, K);
    let thread_n = local % THREADS_N;
    let thread_m = local / THREADS_N % THREADS_M;
    let slice = local / THREADS_N / THREADS_M;
    let column = tile_column + thread_n * 4u;
    let row = tile_row + thread_m * 4u;
//:if BIAS
    let biases = vec4<f32>(bias[min(column, N - 1u)], bias[min(column + 1u, N - 1u)], bias[min(column + 2u, N - 1u)], bias[min(column + 3u, N - 1u)]);
    // Added once, by the first slice of the first part of the split.
    let start = select(vec4<f32>(0.0), biases, split + slice == 0u);
//:else
    let start = vec4<f32>(0.0);
//:end
//:unroll r 4
    var sum_$r = start;
//:end
    for (var first_k = begin; first_k < end; first_k += K_STEP) {
        // Neighbouring threads read neighbouring numbers.
        for (var at = local; at < K_STEP * THREADS_M; at += WORKGROUP_SIZE) {
//:if A_ALONG_K
            let k = at % K_STEP;
            let quad = at / K_STEP;
//:else
            let k = at / THREADS_M;
            let quad = at % THREADS_M;
//:end
            let from_ = min(first_k + k, end - 1u) * A_STRIDE_K;
//:unroll r 4
            // Rows and columns after the last are read as the last, and not written.
            let row_$r = tile_row + quad * 4u + $ru;
//:if ONES_ROW
            let value_$r = select(a[min(row_$r, A_ROWS - 1u) * A_STRIDE_M + from_], 1.0, row_$r >= A_ROWS);
//:else
            let value_$r = a[min(row_$r, A_ROWS - 1u) * A_STRIDE_M + from_];
//:end
//:end
            let values = vec4<f32>(value_0, value_1, value_2, value_3);
            a_tile[k * (THREADS_M + 1u) + quad] = select(vec4<f32>(0.0), values, first_k + k < end);
        }
        for (var at = local; at < K_STEP * THREADS_N; at += WORKGROUP_SIZE) {
//:if B_ALONG_K
            let k = at % K_STEP;
            let quad = at / K_STEP;
//:else
            let k = at / THREADS_N;
            let quad = at % THREADS_N;
//:end
            let from_ = min(first_k + k, end - 1u) * B_STRIDE_K;
//:unroll r 4
            let value_$r = b[min(tile_column + quad * 4u + $ru, N - 1u) * B_STRIDE_N + from_];
//:end
            let values = vec4<f32>(value_0, value_1, value_2, value_3);
            b_tile[k * (THREADS_N + 1u) + quad] = select(vec4<f32>(0.0), values, first_k + k < end);
        }
        workgroupBarrier();
        let first = slice * K_PER_SLICE;
//:unroll k K_PER_SLICE
        let a_column_$k = a_tile[(first + $ku) * (THREADS_M + 1u) + thread_m];
        let b_row_$k = b_tile[(first + $ku) * (THREADS_N + 1u) + thread_n];
//:unroll r 4
        sum_$r += a_column_$k[$r] * b_row_$k;
//:end
//:end
        workgroupBarrier();
    }
//:if SLICES_BUT_ONE
//:unroll r 4
    slice_sums[local] = sum_$r;
    workgroupBarrier();
    for (var other = local + THREADS_M * THREADS_N; other < WORKGROUP_SIZE; other += THREADS_M * THREADS_N) {
        sum_$r += slice_sums[other];
    }
    workgroupBarrier();
//:end
//:end
//:unroll r 4
//:unroll c 4
    if (slice == 0u && row + $ru < M && column + $cu < N) {
        store((split * M + row + $ru) * N + column + $cu, sum_$r[$c]);
    }
//:end
//:end
}
