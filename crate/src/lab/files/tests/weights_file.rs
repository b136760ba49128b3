//! Files of weights as people have them: what is read of them, and with which sentence a wrong one is refused.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use futures_lite::future::block_on;
use safetensors::tensor::{Dtype, TensorView};
use sha2::{Digest as _, Sha256};

use crate::data::synthesize;
use crate::hex::hex;
use crate::lab::files::weights_file::{WeightsFile, WeightsFormat};
use crate::lab::files::{Described, Differences, Fitted};
use crate::lab::train::trainer::Trainer;
use crate::lab::{Engine, Run};
use crate::registry::parse;

/// The network of the files.
const RESNET: &str = "model=resnet-8&data=digits";

/// A ResNet-8 after two steps: its weights and its checkpoint.
static FILES: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let link = "model=resnet-8&data=digits&subset=32&batch=16&steps=2&warmup=0&average=ema";
    let recipe = parse(link).unwrap().recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    let mut run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
    block_on(run.step(2)).unwrap();
    [block_on(run.weights()), block_on(run.checkpoint())].map(Result::unwrap)
});

/// A tensor's type, shape and bytes.
type Raw = (Dtype, Vec<usize>, Vec<u8>);

fn tensors() -> BTreeMap<String, Raw> {
    let file = safetensors::SafeTensors::deserialize(&FILES[0]).unwrap();
    let raw = |view: &TensorView<'_>| (view.dtype(), view.shape().to_vec(), view.data().to_vec());
    let tensors = file.tensors().into_iter();
    tensors.map(|(name, view)| (name, raw(&view))).collect()
}

/// The file that another program writes of such tensors.
fn saved(tensors: &BTreeMap<String, Raw>) -> Vec<u8> {
    let views = tensors.iter().map(|(name, (dtype, shape, bytes))| {
        let view = TensorView::new(*dtype, shape.clone(), bytes).unwrap();
        (name, view)
    });
    safetensors::serialize(views, None).unwrap()
}

fn trainer(link: &str) -> Trainer {
    Trainer::new(&parse(link).unwrap().recipe, &Engine::cpu().device)
}

fn fit(file: &[u8], link: &str, differences: Differences) -> Result<Fitted, String> {
    let opened = WeightsFile::open(file).map_err(|error| error.to_string())?;
    let fitted = opened.fit(&trainer(link), differences);
    fitted.map_err(|error| error.to_string())
}

fn refusal(file: &[u8]) -> String {
    let error = fit(file, RESNET, Differences::FirstAndLast).unwrap_err();
    let what = error.strip_prefix("These weights cannot be used: ");
    what.unwrap_or_else(|| panic!("{error}")).to_owned()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

#[test]
fn the_same_numbers_are_read_however_they_are_saved() {
    let [weights, checkpoint] = &*FILES;
    let expected = fit(weights, RESNET, Differences::None).unwrap();
    assert!(expected.parameters.iter().all(Option::is_some));
    assert!(expected.running_statistics.is_some() && expected.notices.is_empty());
    let mut counted = tensors();
    let counters: Vec<String> = counted
        .keys()
        .filter_map(|name| Some(name.strip_suffix("running_mean")?.to_owned()))
        .collect();
    for layer in counters {
        let counter = (Dtype::I64, vec![], 7i64.to_le_bytes().to_vec());
        counted.insert(format!("{layer}num_batches_tracked"), counter);
    }
    let prefixed = |prefix: &str| {
        let named = counted.clone().into_iter();
        let named: BTreeMap<_, _> = named
            .map(|(name, raw)| (prefix.to_owned() + &name, raw))
            .collect();
        saved(&named)
    };
    let of_pytorch = ["", "module.", "model.", "_orig_mod.module."].map(prefixed);
    for file in [
        checkpoint,
        &of_pytorch[0],
        &of_pytorch[1],
        &of_pytorch[2],
        &of_pytorch[3],
    ] {
        let read = fit(file, RESNET, Differences::None).unwrap();
        // A checkpoint's are those that its run is scored with, as the weights' file has them.
        assert_eq!(read.parameters, expected.parameters);
        assert_eq!(read.running_statistics, expected.running_statistics);
    }
    // A prefix that some lack is a part of the names.
    let mut half = counted.clone();
    let (dtype, shape, bytes) = half.remove("conv1.weight").unwrap();
    half.insert("module.conv1.weight".to_owned(), (dtype, shape, bytes));
    assert_eq!(refusal(&saved(&half)), "conv1.weight is missing.");
}

#[test]
fn numbers_of_16_bits_are_widened() {
    let mut halved = tensors();
    let [bf16, f16]: [&[u16]; 2] = [&[0x3fa0, 0xbf00], &[0x3d00, 0xb800]];
    for (bits, dtype) in [(bf16, Dtype::BF16), (f16, Dtype::F16)] {
        let (_, shape, _) = halved["bn1.bias"].clone();
        let bytes = bits.iter().cycle().take(shape[0]);
        let bytes = bytes.flat_map(|bits| bits.to_le_bytes()).collect();
        halved.insert("bn1.bias".to_owned(), (dtype, shape, bytes));
        let read = fit(&saved(&halved), RESNET, Differences::None).unwrap();
        let slots = trainer(RESNET).slots;
        let index = slots
            .iter()
            .position(|slot| slot.name == "bn1.bias")
            .unwrap();
        let values = read.parameters[index].as_ref().unwrap();
        assert_eq!(values[..4], [1.25, -0.5, 1.25, -0.5], "{dtype}");
    }
}

#[test]
fn what_a_file_says_of_itself() {
    let [weights, checkpoint] = &*FILES;
    let opened = WeightsFile::open(weights).unwrap();
    assert_eq!(opened.format(), WeightsFormat::Weights);
    assert_eq!(
        opened.digest().to_string(),
        hex(&Sha256::digest(weights))[..16]
    );
    let recipe = opened.recipe().unwrap();
    let described = opened.described();
    assert_eq!(
        described.classes.unwrap(),
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
    );
    assert_eq!(
        described.normalization,
        Some(recipe.input().normalization())
    );
    assert_eq!(described.shape, Some([1, 28, 28]));
    let trainer = trainer(RESNET);
    let statistics = trainer.statistics_slots().len();
    assert_eq!(
        opened.counts(),
        [trainer.slots.len() + statistics, trainer.parameters()]
    );

    let opened = WeightsFile::open(checkpoint).unwrap();
    assert_eq!(opened.format().name(), "checkpoint");
    assert_eq!(
        opened.counts(),
        [trainer.slots.len() + statistics, trainer.parameters()]
    );
    let other = saved(&tensors());
    let opened = WeightsFile::open(&other).unwrap();
    assert_eq!(opened.format().name(), "safetensors");
    assert_eq!(opened.recipe(), None);
    assert_eq!(opened.described(), Described::default());
}

/// 10 classes opened for 3, and grey images for coloured ones.
#[test]
fn the_first_and_the_last_layer_may_differ_and_start_anew() {
    let [weights, _] = &*FILES;
    let own = "model=resnet-8&data=own&classes=3&size=32";
    let read = fit(weights, own, Differences::FirstAndLast).unwrap();
    assert_eq!(
        read.notices,
        [
            "The weights of the first layer start anew: the file has 16×1×3×3 where this network has 16×3×3×3.",
            "The weights of classes start anew: the file has 10×64 where this network has 3×64.",
        ]
    );
    let anew = trainer(own).slots.into_iter().zip(&read.parameters);
    let anew: Vec<_> = anew
        .filter(|(_, values)| values.is_none())
        .map(|(slot, _)| slot.name)
        .collect();
    assert_eq!(anew, ["conv1.weight", "fc.weight", "fc.bias"]);
    let frozen = format!("{own}&freeze=1");
    let frozen = fit(weights, &frozen, Differences::FirstAndLast).unwrap();
    assert_eq!(
        frozen.notices[0],
        "The weights of the first layer start anew: the file has 16×1×3×3 where this network has 16×3×3×3. They are frozen, so they stay as they start."
    );
    // To answer, it has to be the network.
    assert_eq!(
        fit(weights, own, Differences::None).unwrap_err(),
        "These weights cannot be used: conv1.weight is 16×1×3×3 where 16×3×3×3 is right."
    );
}

/// Every network's first layer and layers of classes, auxiliary heads among them.
#[test]
fn layers_at_the_ends_are_those_that_the_data_shape() {
    for (link, first, last) in [
        ("model=lenet5", "conv1", vec!["fc3"]),
        ("model=mlp", "fc1", vec!["fc3"]),
        (RESNET, "conv1", vec!["fc"]),
        ("model=vit", "stem.conv1", vec!["heads.head"]),
        (
            "model=googlenet&aux=on",
            "conv1.conv",
            vec!["fc", "aux1.fc2", "aux2.fc2"],
        ),
        ("model=densenet", "features.conv0", vec!["classifier"]),
    ] {
        let trainer = trainer(link);
        assert_eq!(trainer.graph().first_layer(), Some(first), "{link}");
        assert_eq!(trainer.graph().class_layers(), last, "{link}");
    }
}

#[test]
fn a_wrong_file_is_refused_with_the_reason() {
    let with = |change: fn(&mut BTreeMap<String, Raw>)| {
        let mut tensors = tensors();
        change(&mut tensors);
        saved(&tensors)
    };
    let [weights, checkpoint] = &*FILES;
    let mut damaged = checkpoint.clone();
    *damaged.last_mut().unwrap() ^= 1;
    let lenet = "model=lenet5&data=digits&subset=16&batch=16&steps=1";
    let recipe = parse(lenet).unwrap().recipe;
    let data = Arc::new(synthesize(&recipe).unwrap());
    let run = block_on(Run::start(&Engine::cpu(), recipe, data)).unwrap();
    let lenet = block_on(run.weights()).unwrap();
    for (file, expected) in [
        (
            with(|tensors| drop(tensors.remove("bn1.running_var"))),
            "bn1.running_var is missing.",
        ),
        (
            with(|tensors| drop(tensors.remove("fc.bias"))),
            "fc.bias is missing.",
        ),
        (
            with(|tensors| {
                let (_, _, bytes) = tensors.get_mut("layer1.0.conv1.weight").unwrap();
                bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
            }),
            "layer1.0.conv1.weight holds something that is no finite number.",
        ),
        (
            with(|tensors| {
                let (_, shape, _) = tensors["bn1.weight"].clone();
                let infinite = 0x7c00u16.to_le_bytes().repeat(shape[0]);
                tensors.insert("bn1.weight".into(), (Dtype::F16, shape, infinite));
            }),
            "bn1.weight holds something that is no finite number.",
        ),
        (
            with(|tensors| {
                let (_, _, bytes) = tensors.get_mut("bn1.running_var").unwrap();
                bytes[..4].copy_from_slice(&(-1f32).to_le_bytes());
            }),
            "bn1.running_var holds a number below 0, and squares have none.",
        ),
        (
            with(|tensors| {
                let (_, shape, _) = tensors["bn1.weight"].clone();
                let bytes = vec![0; 8 * shape[0]];
                tensors.insert("bn1.weight".into(), (Dtype::F64, shape, bytes));
            }),
            "bn1.weight is of F64 numbers where F32, F16 or BF16 is right.",
        ),
        (
            with(|tensors| {
                let bytes = floats(&[0.0; 9]);
                tensors.insert("layer1.0.bn1.weight".into(), (Dtype::F32, vec![9], bytes));
            }),
            "layer1.0.bn1.weight is 9 where 16 is right.",
        ),
        (
            with(|tensors| {
                let bytes = floats(&[0.0; 2]);
                tensors.insert("bn1.other\u{202e}".into(), (Dtype::F32, vec![2], bytes));
            }),
            "it holds bn1.other[U+202E], which has no place in it.",
        ),
        (with(BTreeMap::clear), "it holds no tensor."),
        (
            weights[..weights.len() - 1].to_vec(),
            "its tensors take another number of bytes than follow the header: it is cut short, or has something behind it.",
        ),
        (
            weights[..7].to_vec(),
            "it is no safetensors file, for it has 7 bytes in all.",
        ),
        (
            damaged,
            "its contents are not those that were written: it was damaged or changed.",
        ),
        (
            lenet,
            "conv1.weight is 6×1×5×5 where 16×1×3×3 is right. The file says that it is of LeNet-5; this network is ResNet-8.",
        ),
        (
            [&b"PK\x03\x04"[..], &[0; 40]].concat(),
            "it is a zip. Open the safetensors file that is in it.",
        ),
    ] {
        assert_eq!(refusal(&file), expected);
    }
    let pickled = refusal(b"\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19");
    assert!(
        pickled.contains("save_file(model.state_dict(), 'weights.safetensors')"),
        "{pickled}"
    );
    let keras = refusal(b"\x89HDF\r\n\x1a\n\0\0\0\0");
    assert!(keras.starts_with("it is a file of Keras"), "{keras}");
}

/// Classes may be called anything, in a header that anybody wrote.
#[test]
fn names_of_classes_come_back_as_they_were() {
    let trainer = trainer("model=mlp&widths=2");
    let names = ["a,b", "", "\"\n\u{202e}", "犬 & cat=%41"];
    let described = Described {
        classes: Some(names.map(str::to_owned).to_vec()),
        ..Described::default()
    };
    let weights = vec![0.5; trainer.parameters()];
    let link = "model=mlp&widths=2&v=1";
    let bytes =
        crate::lab::files::weights::write(&trainer, &weights, &[], link, &described).unwrap();
    assert_eq!(WeightsFile::open(&bytes).unwrap().described(), described);
}
