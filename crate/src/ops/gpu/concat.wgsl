// Some vectors one behind the other, from START on in a longer one. A thread takes one number.

//:repeat p PARTS
@group(0) @binding($p) var<storage> part_$p: array<f32, LENGTH_$p>;
//:end
@group(0) @binding(PARTS) var<storage, read_write> whole: array<f32, COUNT>;

fn each(thread: u32) {
    var at = thread;
    var value = 0.0;
//:repeat p PARTS
    value = select(value, part_$p[min(at, LENGTH_$p - 1u)], at < LENGTH_$p);
    // Once its part is found, this is more than any length.
    at = select(at - LENGTH_$p, 0xffffffffu, at < LENGTH_$p || at == 0xffffffffu);
//:end
    whole[START + thread] = value;
}
