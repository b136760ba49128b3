// The softmax of an image's scores, and the mean of its tokens weighted by it. A workgroup computes an image.

@group(0) @binding(0) var<storage> x: array<f32, X>;
@group(0) @binding(1) var<storage> scores: array<f32, SCORES>;
@group(0) @binding(2) var<storage, read_write> output: array<f32, OUTPUT>;
@group(0) @binding(3) var<storage, read_write> weights: array<f32, SCORES>;

// Each thread's maximum, then its sum.
var<workgroup> partials: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    let first = workgroup * TOKENS;
    var largest = scores[first + min(local, TOKENS - 1u)];
    for (var token = local; token < TOKENS; token += WORKGROUP_SIZE) {
        largest = max(largest, scores[first + token]);
    }
    partials[local] = largest;
    workgroupBarrier();
    for (var other = 0u; other < WORKGROUP_SIZE; other++) {
        largest = max(largest, partials[other]);
    }
    workgroupBarrier();
    var sum = 0.0;
    for (var token = local; token < TOKENS; token += WORKGROUP_SIZE) {
        let exponential = exp(scores[first + token] - largest);
        weights[first + token] = exponential;
        sum += exponential;
    }
    partials[local] = sum;
    workgroupBarrier();
    sum = 0.0;
    for (var other = 0u; other < WORKGROUP_SIZE; other++) {
        sum += partials[other];
    }
    for (var token = local; token < TOKENS; token += WORKGROUP_SIZE) {
        weights[first + token] /= sum;
    }
    storageBarrier();
    for (var dim = local; dim < EMBEDDING; dim += WORKGROUP_SIZE) {
        var mean = 0.0;
        for (var token = 0u; token < TOKENS; token++) {
            mean += weights[first + token] * x[(first + token) * EMBEDDING + dim];
        }
        store(workgroup * EMBEDDING + dim, mean);
    }
}
