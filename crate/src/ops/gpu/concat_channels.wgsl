// Copies parts to their places along the channels of an output. A thread copies one number: `number_of` reads that of these parts of
// an image.

//:parts
fn thread_main(thread: u32) {
    let image = thread / SELECTED;
    let within = thread % SELECTED;
    store(image * IMAGE + START + within, number_of(image, within));
}
