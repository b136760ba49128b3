// Self-attention, for a block of queries of one head: scores, their softmax, and the values' means weighted by it. A thread
// computes tiles of 4 by 4, of scores and of the output, and the softmax of whole rows.

@group(0) @binding(0) var<storage> projected: array<f32, PROJECTED>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, ATTENDED>;
@group(0) @binding(2) var<storage, read_write> probabilities: array<f32, PROBABILITIES>;

//:if IN_WORKGROUP
// Rows have an odd length, so that a column's numbers are in different banks.
var<workgroup> scores: array<f32, BLOCK * ROW>;
//:end
// What each row's exponentials are multiplied by.
var<workgroup> factors: array<f32, BLOCK>;

// Scores, then exponentials, of a query of the block. `rows` is where the block's probabilities start.
fn score(rows: u32, query: u32, key: u32) -> f32 {
//:if IN_WORKGROUP
    return scores[query * ROW + key];
//:else
    return probabilities[rows + query * TOKENS + key];
//:end
}

fn set_score(rows: u32, query: u32, key: u32, value: f32) {
//:if IN_WORKGROUP
    scores[query * ROW + key] = value;
//:else
    probabilities[rows + query * TOKENS + key] = value;
//:end
}

fn wait_for_all() {
//:if IN_WORKGROUP
//:else
    storageBarrier();
//:end
    workgroupBarrier();
}

fn workgroup_main(workgroup: u32, local: u32) {
    let first = workgroup % BLOCKS * BLOCK;
    let head = workgroup / BLOCKS % HEADS;
    let image = workgroup / BLOCKS / HEADS;
    let count = min(BLOCK, TOKENS - first);
    let queries = image * TOKENS * 3u * EMBEDDING + head * HEAD_DIM;
    let keys = queries + EMBEDDING;
    let values = keys + EMBEDDING;
    let rows = ((image * HEADS + head) * TOKENS + first) * TOKENS;
    var scale_bits = SCALE;
    let scale = bitcast<f32>(scale_bits);

    for (var tile = local; tile < ROW_TILES * KEY_TILES; tile += WORKGROUP_SIZE) {
        let query = tile / KEY_TILES * 4u;
        let key = tile % KEY_TILES * 4u;
//:unroll r 4
        // After the last, the last is read, and nothing written.
        let query_$r = queries + min(first + query + $ru, TOKENS - 1u) * 3u * EMBEDDING;
        let key_$r = keys + min(key + $ru, TOKENS - 1u) * 3u * EMBEDDING;
        var score_$r = vec4<f32>(0.0);
//:end
        for (var dim = 0u; dim < HEAD_DIM; dim += UNROLLED) {
//:unroll d UNROLLED
            let key_vector_$d = vec4<f32>(projected[key_0 + dim + $du], projected[key_1 + dim + $du], projected[key_2 + dim + $du], projected[key_3 + dim + $du]);
//:unroll r 4
            score_$r += projected[query_$r + dim + $du] * key_vector_$d;
//:end
//:end
        }
//:unroll r 4
//:unroll c 4
        if (query + $ru < count && key + $cu < TOKENS) {
            set_score(rows, query + $ru, key + $cu, score_$r[$c] * scale);
        }
//:end
//:end
    }
    wait_for_all();

    for (var query = local; query < count; query += WORKGROUP_SIZE) {
        var largest = score(rows, query, 0u);
        for (var key = 1u; key < TOKENS; key++) {
            largest = max(largest, score(rows, query, key));
        }
        var sum = 0.0;
        for (var key = 0u; key < TOKENS; key++) {
            let exponential = exp(score(rows, query, key) - largest);
            set_score(rows, query, key, exponential);
            sum += exponential;
        }
//:if IN_WORKGROUP
        factors[query] = 1.0 / sum;
//:else
        for (var key = 0u; key < TOKENS; key++) {
            set_score(rows, query, key, score(rows, query, key) / sum);
        }
        factors[query] = 1.0;
//:end
    }
    wait_for_all();

//:if IN_WORKGROUP
    for (var at = local; at < count * TOKENS; at += WORKGROUP_SIZE) {
        probabilities[rows + at] = score(rows, at / TOKENS, at % TOKENS) * factors[at / TOKENS];
    }
//:end
    for (var tile = local; tile < ROW_TILES * DIM_TILES; tile += WORKGROUP_SIZE) {
        let query = tile / DIM_TILES * 4u;
        let dim = tile % DIM_TILES * 4u;
//:unroll r 4
        let query_$r = min(query + $ru, count - 1u);
        let dim_$r = values + min(dim + $ru, HEAD_DIM - 1u);
        var sum_$r = vec4<f32>(0.0);
//:end
        for (var key = 0u; key < TOKENS; key++) {
            let at = key * 3u * EMBEDDING;
            let value = vec4<f32>(projected[dim_0 + at], projected[dim_1 + at], projected[dim_2 + at], projected[dim_3 + at]);
//:unroll r 4
            sum_$r += score(rows, query_$r, key) * value;
//:end
        }
        let to = (image * TOKENS + first + query) * EMBEDDING + head * HEAD_DIM + dim;
//:unroll r 4
        if (query + $ru < count) {
            let weighted_$r = sum_$r * factors[query + $ru];
//:unroll c 4
            if (dim + $cu < HEAD_DIM) {
                store(to + $ru * EMBEDDING + $cu, weighted_$r[$c]);
            }
//:end
        }
//:end
    }
}
