// With CLASS_TOKEN (0 or 1), puts a learned token before an image's others; with POSITIONS, adds a learned embedding to each token.
// A thread computes a number of the output, [BATCH, TOKENS, EMBEDDING].

@group(0) @binding(0) var<storage> x: array<f32, X>;
//:if CLASS_TOKEN
@group(0) @binding(1) var<storage> class_token: array<f32, EMBEDDING>;
//:end
//:if POSITIONS
@group(0) @binding($(1 + CLASS_TOKEN)) var<storage> positions: array<f32, IMAGE>;
//:end
@group(0) @binding($(1 + CLASS_TOKEN + POSITIONS)) var<storage, read_write> output: array<f32, OUTPUT>;

fn thread_main(thread: u32) {
    let image = thread / IMAGE;
    let at = thread % IMAGE;
    // Of the class token, any number of x is read, and not taken.
    let from_ = image * (IMAGE - CLASS_TOKEN * EMBEDDING) + max(at, CLASS_TOKEN * EMBEDDING) - CLASS_TOKEN * EMBEDDING;
    var value = x[from_];
//:if CLASS_TOKEN
    value = select(value, class_token[at % EMBEDDING], at < EMBEDDING);
//:end
//:if POSITIONS
    value += positions[at];
//:end
    store(thread, value);
}
