// An optimizer's update of every parameter. `scalars` change from step to step: the learning rate, Adam's step size and the bias
// correction of its second moment's root. `parts` has of each block of parameters whether weight decay is for it, 1 or 0, and how many
// times the learning rate it is trained with.

@group(0) @binding(0) var<storage> gradient: array<f32, COUNT>;
@group(0) @binding(1) var<storage> scalars: array<f32, SCALARS>;
@group(0) @binding(2) var<storage> parts: array<vec2<f32>, BLOCKS>;
//:if CLIPS
@group(0) @binding(3) var<storage> squares: array<f32, NORM_PARTIALS>;
@group(0) @binding(4) var<storage, read_write> weights: array<f32, COUNT>;
@group(0) @binding(5) var<storage, read_write> first: array<f32, COUNT>;
@group(0) @binding(6) var<storage, read_write> second: array<f32, COUNT>;
//:else
@group(0) @binding(3) var<storage, read_write> weights: array<f32, COUNT>;
@group(0) @binding(4) var<storage, read_write> first: array<f32, COUNT>;
@group(0) @binding(5) var<storage, read_write> second: array<f32, COUNT>;
//:end

fn thread_main(thread: u32) {
    var momentum_bits = MOMENTUM;
    var beta_1_bits = BETA_1;
    var beta_2_bits = BETA_2;
    var epsilon_bits = EPSILON;
    var weight_decay_bits = WEIGHT_DECAY;
    var max_norm_bits = MAX_NORM;
    let momentum = bitcast<f32>(momentum_bits);
    let beta_1 = bitcast<f32>(beta_1_bits);
    let beta_2 = bitcast<f32>(beta_2_bits);
    let epsilon = bitcast<f32>(epsilon_bits);
    var weight = weights[thread];
//:if RATES
    let before = weight;
//:end
    var slope = gradient[thread];
//:if CLIPS
    var sum = 0.0;
    for (var partial = 0u; partial < NORM_PARTIALS; partial++) {
        sum += squares[partial];
    }
    slope *= min(1.0 / (sqrt(sum) + 1e-6) * bitcast<f32>(max_norm_bits), 1.0);
//:end
//:if DECAYS
    let decay = weight * bitcast<f32>(weight_decay_bits) * parts[thread / BLOCK].x;
//:if DECOUPLED
    weight -= decay * scalars[0];
//:else
    slope += decay;
//:end
//:end
//:if SGD
//:if HAS_MOMENTUM
    let velocity = first[thread] * momentum + slope;
    first[thread] = velocity;
//:if NESTEROV
    slope += velocity * momentum;
//:else
    slope = velocity;
//:end
//:end
    weight -= slope * scalars[0];
//:else
    let m_2 = second[thread] * beta_2 + slope * slope * (1.0 - beta_2);
    second[thread] = m_2;
//:if RMSPROP
    weight -= slope / (sqrt(m_2) + epsilon) * scalars[0];
//:else
    let m_1 = first[thread] * beta_1 + slope * (1.0 - beta_1);
    first[thread] = m_1;
    weight -= m_1 * scalars[1] / (sqrt(m_2) / scalars[2] + epsilon);
//:end
//:end
//:if RATES
    weight = before + (weight - before) * parts[thread / BLOCK].y;
//:end
    weights[thread] = weight;
}
