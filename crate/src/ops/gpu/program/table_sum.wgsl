// Adds up partial sums. Each workgroup takes an entry of the table: a block of the sums, how many numbers it has, where its first
// number's first partial sum is, how many there are, and how far they are apart.

@group(0) @binding(0) var<storage> table: array<u32, TABLE>;
@group(0) @binding(1) var<storage> partials: array<f32, INPUTS>;
@group(0) @binding(2) var<storage, read_write> sums: array<f32, OUTPUTS>;

fn workgroup_main(workgroup: u32, local: u32) {
    let entry = workgroup * 6u;
    if (local < table[entry + 1u]) {
        let count = table[entry + 3u];
        let stride = table[entry + 4u];
        var at = table[entry + 2u] + local;
        // Four at a time, since a card waits long for each.
        var four = vec4f();
        var number = 0u;
        for (; number + 4u <= count; number += 4u) {
            let places = min(vec4u(at, at + stride, at + 2u * stride, at + 3u * stride), vec4u(INPUTS - 1u));
            four += vec4f(partials[places.x], partials[places.y], partials[places.z], partials[places.w]);
            at += 4u * stride;
        }
        var sum = (four.x + four.y) + (four.z + four.w);
        for (; number < count; number++) {
            sum += partials[min(at, INPUTS - 1u)];
            at += stride;
        }
        sums[min(table[entry] + local, OUTPUTS - 1u)] = sum;
    }
}
