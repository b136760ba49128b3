// Subtracts each channel's mean from its pixels and divides them by its standard deviation.

@group(0) @binding(0) var<storage> images: array<f32, IMAGES>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, IMAGES>;

//:normalize
fn thread_main(thread: u32) {
    output[thread] = normalize(images[thread], thread / CHANNEL_PIXELS % CHANNELS);
}
