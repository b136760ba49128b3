// The gradient of sequence pooling with respect to tokens and scores. A workgroup computes an image.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage> weights: array<f32, SCORES>;
@group(0) @binding(2) var<storage> gradient: array<f32, OUTPUT>;
@group(0) @binding(3) var<storage, read_write> output: array<f32, X>;
@group(0) @binding(4) var<storage, read_write> score_gradient: array<f32, SCORES>;

// Each thread's sum.
var<workgroup> partials: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let first = workgroup * TOKENS;
    let mean = workgroup * EMBEDDING;
    // The gradient by a weight is the gradient times the token.
    var sum = 0.0;
    for (var token = local; token < TOKENS; token += WORKGROUP_SIZE) {
        var by_weight = 0.0;
        for (var dim = 0u; dim < EMBEDDING; dim++) {
            by_weight += x[(first + token) * EMBEDDING + dim] * gradient[mean + dim];
        }
        score_gradient[first + token] = by_weight;
        sum += weights[first + token] * by_weight;
    }
    partials[local] = sum;
    workgroupBarrier();
    sum = 0.0;
    for (var other = 0u; other < WORKGROUP_SIZE; other++) {
        sum += partials[other];
    }
    for (var token = local; token < TOKENS; token += WORKGROUP_SIZE) {
        score_gradient[first + token] = weights[first + token] * (score_gradient[first + token] - sum);
    }
    for (var at = local; at < TOKENS * EMBEDDING; at += WORKGROUP_SIZE) {
        store(first * EMBEDDING + at, weights[first + at / EMBEDDING] * gradient[mean + at % EMBEDDING]);
    }
}
