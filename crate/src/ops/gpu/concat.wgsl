// Copies vectors consecutively into a longer one, from OFFSET on. A thread copies one element.

//:unroll p PARTS
@group(0) @binding($p) var<storage> part_$p: array<f32, LENGTH_$p>;
//:end
@group(0) @binding(PARTS) var<storage, read_write> output: array<f32, COUNT>;

fn thread_main(thread: u32) {
    var at = thread;
    var value = 0.0;
//:unroll p PARTS
    value = select(value, part_$p[min(at, LENGTH_$p - 1u)], at < LENGTH_$p);
    // Once the element's part is found, this is more than any length.
    at = select(at - LENGTH_$p, 0xffffffffu, at < LENGTH_$p || at == 0xffffffffu);
//:end
    output[OFFSET + thread] = value;
}
