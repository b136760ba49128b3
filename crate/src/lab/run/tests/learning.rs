//! Whether training works.

use super::*;

/// Small networks, which are trained for many steps.
pub(super) const SMALL_NETWORKS: [&str; 4] = ["lenet5", "lenet5-1998", "mlp", "resnet-8"];

#[test]
fn networks_learn() {
    for name in SMALL_NETWORKS {
        // Batch normalization needs fewer steps, and fewest with statistics of the whole batch.
        let (steps, shards) = match name {
            "resnet-8" => (30, 1),
            _ => (120, 4),
        };
        let mut run = start(&format!(
            "model={name}&subset=640&batch=32&shards={shards}&steps={steps}&warmup=0"
        ));
        let reports = block_on(run.step(300)).unwrap();
        assert_eq!(reports.len(), steps, "{name}");
        assert!(block_on(run.step(1)).unwrap().is_empty());
        let mean = |reports: &[Report]| {
            reports.iter().map(|report| report.loss).sum::<f32>() / reports.len() as f32
        };
        assert!(
            mean(&reports[steps * 9 / 10..]) < 0.5 * mean(&reports[..10]),
            "{name}"
        );
        let score = block_on(run.evaluate()).unwrap();
        assert!(score.accuracy > 0.6, "{name}: {}", score.accuracy);
        let test_examples = run.data().test.len();
        assert_eq!(score.examples, test_examples);
        let counted: u32 = score.confusion.iter().flatten().sum();
        assert_eq!(counted as usize, test_examples);
    }
}

/// Every network memorises 64 examples, each in a test of its own, because some take seconds.
macro_rules! overfits {
    ($( $test:ident: $model:literal, $options:literal, $steps:literal; )+) => {
        mod overfits {
            $(
                #[test]
                fn $test() {
                    super::overfit($model, $options, $steps);
                }
            )+

            #[test]
            fn every_network_is_among_them() {
                let tested = [$( $model ),+];
                for recipe in crate::zoo::representatives() {
                    assert!(tested.contains(&recipe.model.name()), "{}", recipe.model.name());
                }
            }
        }
    };
}

overfits! {
    lenet5: "lenet5", "", 120;
    lenet5_1998: "lenet5-1998", "", 120;
    stack: "stack", "", 120;
    mlp: "mlp", "", 40;
    resnet_8: "resnet-8", "&shards=1", 24;
    resnet_18: "resnet-18", "&shards=1", 12;
    resnet_50: "resnet-50", "&shards=1", 12;
    alexnet: "alexnet", "&batch=16&dropout=0", 100;
    vgg_11: "vgg-11", "&shards=1&dropout=0", 20;
    googlenet: "googlenet", "&shards=1&aux=on&dropout=0", 20;
    densenet: "densenet", "&batch=32&shards=1&depth=10&lr=0.05", 70;
    airbench: "airbench", "&batch=32&shards=1&lr=0.2&smooth=0&aug=", 60;
    vit: "vit", "&batch=16&schedule=constant", 100;
}

/// In the last epoch, which has each of the 64 examples once, all predictions are correct.
fn overfit(name: &str, options: &str, steps: usize) {
    let batch = if options.contains("batch=") {
        ""
    } else {
        "&batch=64"
    };
    let mut run = start(&format!(
        "model={name}&subset=64&steps={steps}&warmup=0{batch}{options}"
    ));
    let reports = block_on(run.step(300)).unwrap();
    let epoch = 64 / run.plan().batch_size;
    for report in &reports[steps - epoch..] {
        assert_eq!(report.accuracy, 1.0, "{name}: {}", report.loss);
    }
}

/// From the same streams, the bits of a stack that spells LeNet-5 are LeNet-5's.
#[test]
fn a_stack_that_spells_lenet5_has_its_trace() {
    let [stack, lenet] = ["stack", "lenet5"].map(|model| {
        let mut run = start(&format!(
            "model={model}&subset=640&batch=32&steps=25&seed=9&aug=crop&wd=0.01&opt=adamw"
        ));
        block_on(run.step(25)).unwrap();
        bits(&run)
    });
    assert_eq!(stack.len(), 25);
    assert_eq!(stack, lenet);
}

/// LeNet-5's first losses, bit for bit: those of the module that it was before it was a graph. They change with the arithmetic of
/// an operation or of the loss, and with nothing else.
#[test]
fn the_first_losses_of_lenet5_are_these_bits() {
    let mut run = start("model=lenet5&data=digits&subset=640&batch=32&seed=9&steps=5");
    block_on(run.step(5)).unwrap();
    let expected = [
        0x4012_cb19,
        0x401c_0d1f,
        0x4016_19b8,
        0x4012_02ae,
        0x4014_7bc9,
    ];
    assert_eq!(bits(&run), expected);
}

/// With blocks, normalization and more than one way to pool.
#[test]
fn a_stack_of_ones_own_overfits_64_examples() {
    let layers = "conv8x3p1,norm,relu,max2,res(conv8x3p1g2,norm,tanh,conv8x1),avg2,fc32,relu";
    let link = format!("model=stack&layers={layers}&subset=64&batch=64&shards=1&steps=80&warmup=0");
    let mut run = start(&link);
    let last = *block_on(run.step(80)).unwrap().last().unwrap();
    assert_eq!(last.accuracy, 1.0, "{}", last.loss);
}
