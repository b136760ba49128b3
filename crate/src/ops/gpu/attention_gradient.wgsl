// The gradient of self-attention with respect to queries, keys and values, for a block of tokens of one head. The gradient of the
// scores is made in workgroup memory, block by block, and never stored. A thread sums tiles of 4 tokens by 4 numbers, each of one
// of the three gradients.

@group(0) @binding(0) var<storage> projected: array<f32, PROJECTED>;
@group(0) @binding(1) var<storage> probabilities: array<f32, PROBABILITIES>;
@group(0) @binding(2) var<storage> attended: array<f32, ATTENDED>;
@group(0) @binding(3) var<storage> gradient: array<f32, ATTENDED>;
@group(0) @binding(4) var<storage, read_write> output: array<f32, PROJECTED>;

// The gradient of the scores of a block of queries and a block of keys, over the scale. Rows have an odd length, so that a
// column's numbers are in different banks.
var<workgroup> slopes: array<f32, BLOCK * ROW>;
// For each query of the block, the sum over all keys of probability times its gradient: attended times its gradient.
var<workgroup> row_sums: array<f32, BLOCK>;

fn compute_slopes(image: u32, head: u32, first_query: u32, first_key: u32, local: u32) {
    let rows = image * TOKENS * EMBEDDING + head * HEAD_DIM;
    let values = image * TOKENS * 3u * EMBEDDING + 2u * EMBEDDING + head * HEAD_DIM;
    // The slopes before these were read.
    workgroupBarrier();
    for (var query = local; query < BLOCK; query += WORKGROUP_SIZE) {
        let at = rows + min(first_query + query, TOKENS - 1u) * EMBEDDING;
        var sum = 0.0;
        for (var dim = 0u; dim < HEAD_DIM; dim++) {
            sum += attended[at + dim] * gradient[at + dim];
        }
        row_sums[query] = sum;
    }
    workgroupBarrier();
    for (var tile = local; tile < BLOCK_TILES * BLOCK_TILES; tile += WORKGROUP_SIZE) {
        let query = tile / BLOCK_TILES * 4u;
        let key = tile % BLOCK_TILES * 4u;
//:unroll r 4
        // After the last token, the last is read.
        let query_$r = min(first_query + query + $ru, TOKENS - 1u);
        let key_$r = min(first_key + key + $ru, TOKENS - 1u);
        let row_$r = rows + query_$r * EMBEDDING;
        let value_$r = values + key_$r * 3u * EMBEDDING;
        var sum_$r = vec4<f32>(0.0);
//:end
        for (var dim = 0u; dim < HEAD_DIM; dim += UNROLLED) {
//:unroll d UNROLLED
            let value_vector_$d = vec4<f32>(projected[value_0 + dim + $du], projected[value_1 + dim + $du], projected[value_2 + dim + $du], projected[value_3 + dim + $du]);
//:unroll r 4
            sum_$r += gradient[row_$r + dim + $du] * value_vector_$d;
//:end
//:end
        }
        let head_rows = (image * HEADS + head) * TOKENS;
//:unroll r 4
        let probability_$r = (head_rows + query_$r) * TOKENS;
        let row_sum_$r = row_sums[query + $ru];
//:unroll c 4
        slopes[(query + $ru) * ROW + key + $cu] = probabilities[probability_$r + key_$c] * (sum_$r[$c] - row_sum_$r);
//:end
//:end
    }
    workgroupBarrier();
}

fn workgroup_main(workgroup: u32, local: u32) {
    let first = workgroup % BLOCKS * BLOCK;
    let head = workgroup / BLOCKS % HEADS;
    let image = workgroup / BLOCKS / HEADS;
    let queries = image * TOKENS * 3u * EMBEDDING + head * HEAD_DIM;
    let keys = queries + EMBEDDING;
    let rows = image * TOKENS * EMBEDDING + head * HEAD_DIM;
    let head_rows = (image * HEADS + head) * TOKENS;
    var scale_bits = SCALE;
    let scale = bitcast<f32>(scale_bits);
//:if BLOCKS_BUT_ONE
//:else
    compute_slopes(image, head, 0u, 0u, local);
//:end
//:if TURNS_BUT_ONE
    for (var turn = 0u; turn <= TURNS_BUT_ONE; turn++) {
//:else
    {
        let turn = 0u;
//:end
        let tile = turn * WORKGROUP_SIZE + local;
        // 0: queries, 1: keys, 2: values, 3: nothing.
        let part = tile / (BLOCK_TILES * DIM_TILES);
        let token = tile / DIM_TILES % BLOCK_TILES * 4u;
        let dim = tile % DIM_TILES * 4u;
//:unroll r 4
        let dim_$r = min(dim + $ru, HEAD_DIM - 1u);
        let token_$r = min(first + token + $ru, TOKENS - 1u);
        var sum_$r = vec4<f32>(0.0);
//:end
        for (var block = 0u; block < BLOCKS; block++) {
            let others = block * BLOCK;
            let count = min(BLOCK, TOKENS - others);
//:if BLOCKS_BUT_ONE
            compute_slopes(image, head, first, others, local);
//:end
            if (part == 0u) {
                for (var key = 0u; key < count; key++) {
                    let at = keys + (others + key) * 3u * EMBEDDING;
                    let vector = vec4<f32>(projected[at + dim_0], projected[at + dim_1], projected[at + dim_2], projected[at + dim_3]);
//:unroll r 4
                    sum_$r += slopes[(token + $ru) * ROW + key] * vector;
//:end
                }
            }
//:if BLOCKS_BUT_ONE
            compute_slopes(image, head, others, first, local);
//:end
            if (part == 1u) {
                for (var query = 0u; query < count; query++) {
                    let at = queries + (others + query) * 3u * EMBEDDING;
                    let vector = vec4<f32>(projected[at + dim_0], projected[at + dim_1], projected[at + dim_2], projected[at + dim_3]);
//:unroll r 4
                    sum_$r += slopes[query * ROW + token + $ru] * vector;
//:end
                }
            }
            if (part == 2u) {
                for (var query = 0u; query < count; query++) {
                    let at = rows + (others + query) * EMBEDDING;
                    let vector = vec4<f32>(gradient[at + dim_0], gradient[at + dim_1], gradient[at + dim_2], gradient[at + dim_3]);
                    let probability = (head_rows + others + query) * TOKENS;
//:unroll r 4
                    sum_$r += probabilities[probability + token_$r] * vector;
//:end
                }
            }
        }
        let factor = select(scale, 1.0, part == 2u);
        let to = queries + part * EMBEDDING + (first + token) * 3u * EMBEDDING + dim;
        // Few branches: with a condition for each store, SwiftShader compiled this for minutes.
//:unroll r 4
        if ((part < 3u) & (first + token + $ru < TOKENS)) {
//:unroll c 4
//:if HEAD_DIM_REST
            if (dim + $cu < HEAD_DIM) {
                store(to + $ru * 3u * EMBEDDING + $cu, sum_$r[$c] * factor);
            }
//:else
            store(to + $ru * 3u * EMBEDDING + $cu, sum_$r[$c] * factor);
//:end
//:end
        }
//:end
    }
}
