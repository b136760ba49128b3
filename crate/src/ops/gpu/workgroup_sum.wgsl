// The sum of a number of each thread of a workgroup, for sources that say what kind of number it is (`alias Sums`).

var<workgroup> sums: array<Sums, WORKGROUP_SIZE>;

/// All threads call it, and each gets the sum.
fn workgroup_sum(local: u32, number: Sums) -> Sums {
    sums[local] = number;
    var width = WORKGROUP_SIZE;
    while (width > 1u) {
        let quarter = (width + 3u) / 4u;
        workgroupBarrier();
        if (local < quarter) {
            var sum = sums[local];
            for (var other = local + quarter; other < width; other += quarter) {
                sum += sums[other];
            }
            sums[local] = sum;
        }
        width = quarter;
    }
    workgroupBarrier();
    let sum = sums[0];
    // The next sum writes here.
    workgroupBarrier();
    return sum;
}
