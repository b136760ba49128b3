// Copies the gradient of a concatenation to those of its parts. A thread copies one number: `store_part` stores that of these parts of
// an image.

@group(0) @binding(0) var<storage> gradient: array<f32, LEN>;
//:parts
fn thread_main(thread: u32) {
    let image = thread / SELECTED;
    let within = thread % SELECTED;
    store_part(image, within, image * IMAGE + START + within);
}
