// Transposes each of several matrices, [ROWS, COLUMNS]. A thread computes a number.

@group(0) @binding(0) var<storage> x: array<f32, COUNT>;
@group(0) @binding(1) var<storage, read_write> output: array<f32, COUNT>;

fn thread_main(thread: u32) {
    let row = thread % ROWS;
    let column = thread / ROWS % COLUMNS;
    let matrix = thread / ROWS / COLUMNS;
    store(thread, x[(matrix * ROWS + row) * COLUMNS + column]);
}
