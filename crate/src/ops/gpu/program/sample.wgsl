// Takes the numbers at some places of a buffer.

@group(0) @binding(0) var<storage> places: array<u32>;
@group(0) @binding(1) var<storage> numbers: array<f32>;
@group(0) @binding(2) var<storage, read_write> sample: array<f32>;

fn thread_main(thread: u32) {
    for (var at = thread; at < arrayLength(&sample); at += THREADS) {
        sample[at] = numbers[min(places[at], arrayLength(&numbers) - 1u)];
    }
}
