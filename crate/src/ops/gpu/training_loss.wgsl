// The training loss of a batch, its gradient with respect to the logits, and the number of correct predictions. One workgroup: each
// thread takes some examples, then their losses and counts are summed as a tree.

@group(0) @binding(0) var<storage> logits: array<f32, LOGITS>;
@group(0) @binding(1) var<storage> labels: array<i32, BATCH>;
@group(0) @binding(2) var<storage, read_write> gradient: array<f32, LOGITS>;
@group(0) @binding(3) var<storage, read_write> outputs: array<f32, 2>;

var<workgroup> losses: array<f32, WORKGROUP_SIZE>;
var<workgroup> counts: array<f32, WORKGROUP_SIZE>;

fn workgroup_main(workgroup: u32, local: u32) {
    // Variables, because NaN and infinity may not be constants.
    var smoothing_bits = SMOOTHING;
    var rubbish_bits = RUBBISH_LOGIT;
    var scale_bits = SCALE;
    let smoothing = bitcast<f32>(smoothing_bits);
    let rubbish = bitcast<f32>(rubbish_bits);
    let scale = bitcast<f32>(scale_bits);
    var loss = 0.0;
    var count = 0.0;
    for (var example = local; example < BATCH; example += WORKGROUP_SIZE) {
        let row = example * CLASSES;
        let label = min(u32(labels[example]), CLASSES - 1u);
        var prediction = 0u;
        var total = 0.0;
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            let logit = logits[row + class_];
            total += logit;
            if (logit > logits[row + prediction]) {
                prediction = class_;
            }
        }
//:if RUBBISH
        let largest = max(logits[row + prediction], rubbish);
//:else
        let largest = logits[row + prediction];
//:end
        // Of the classes alone, and with the class "rubbish".
        var plain = 0.0;
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            plain += exp(logits[row + class_] - largest);
        }
//:if RUBBISH
        let sum = plain + exp(rubbish - largest);
//:else
        let sum = plain;
//:end
        var example_loss = log(sum) - (logits[row + label] - largest);
//:if SMOOTHING
        let uniform_loss = log(plain) + largest - total / f32(CLASSES);
        example_loss = example_loss * (1.0 - smoothing) + uniform_loss * smoothing;
//:end
        loss += example_loss;
        count += select(0.0, 1.0, prediction == u32(labels[example]));
        for (var class_ = 0u; class_ < CLASSES; class_++) {
            let probability = exp(logits[row + class_] - largest);
            var slope = probability / sum - select(0.0, 1.0, class_ == label);
//:if SMOOTHING
            slope = slope * (1.0 - smoothing) + (probability / plain - 1.0 / f32(CLASSES)) * smoothing;
//:end
            gradient[row + class_] = slope * scale;
        }
    }
    losses[local] = loss;
    counts[local] = count;
    for (var half = WORKGROUP_SIZE / 2u; half > 0u; half /= 2u) {
        workgroupBarrier();
        if (local < half) {
            losses[local] += losses[local + half];
            counts[local] += counts[local + half];
        }
    }
    if (local == 0u) {
        outputs[0] = losses[0] / f32(BATCH);
        outputs[1] = counts[0];
    }
}
