//! Pickles of CIFAR-10's Python version, and those that are something else.

use bunsen_images::pickle::records::records;
use bunsen_images::untar::{RequestedFile, untar};

use crate::tars::tarred;

const PIXELS: usize = 3 * 32 * 32;

/// A batch as Python 2 wrote it, with that many images of one shade each.
fn batch(images: usize) -> Vec<u8> {
    let mut pickle = b"\x80\x02}q\x01(U\x0bbatch_labelq\x02U\x15training batch 1 of 5q\x03U\x06labelsq\x04]q\x05(".to_vec();
    for image in 0..images {
        pickle.extend([b'K', (image % 10) as u8]);
    }
    pickle.extend(b"eU\x04dataq\x06cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85q\x09U\x01bq\x0a\x87q\x0bRq\x0c(K\x01M");
    pickle.extend((images as u16).to_le_bytes());
    pickle.extend(b"M\x00\x0c\x86q\x0dcnumpy\ndtype\nq\x0eU\x02u1q\x0fK\x00K\x01\x87q\x10Rq\x11(K\x03U\x01|q\x12NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x13b\x89T");
    pickle.extend(((images * PIXELS) as u32).to_le_bytes());
    for image in 0..images {
        pickle.extend([image as u8; PIXELS]);
    }
    pickle.extend(b"q\x14tq\x15bU\x09filenamesq\x16]q\x17(U\x05a.pngq\x18U\x05b.pngq\x19eu.");
    pickle
}

/// The same as records.
fn expected(images: usize) -> Vec<u8> {
    let record = |image: usize| [vec![(image % 10) as u8], vec![image as u8; PIXELS]].concat();
    (0..images).flat_map(record).collect()
}

#[test]
fn a_batch_of_the_python_version_becomes_records() {
    assert_eq!(records(&batch(12)), Ok(expected(12)));
}

#[test]
fn a_pickle_stands_for_the_file_that_is_asked_for() {
    let requested = [RequestedFile {
        name: "data_batch_1.bin".into(),
        bytes: expected(3).len() as u64,
    }];
    let tar = tarred(&[
        ("cifar-10-batches-py/batches.meta", b"\x80\x02}.".to_vec()),
        ("cifar-10-batches-py/data_batch_1", batch(3)),
    ]);
    assert_eq!(
        untar("cifar-10-python.tar.gz", tar.as_slice(), &requested).unwrap(),
        [expected(3)]
    );

    let tar = tarred(&[("py/data_batch_1", b"cos\nsystem\n(U\x02lstR.".to_vec())]);
    let refused = untar("cifar-10-python.tar.gz", tar.as_slice(), &requested).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "data_batch_1 in cifar-10-python.tar.gz cannot be read: it names os.system, and only arrays, bytes, whole numbers and lists are read. \
         A pickle is read as data here and never run; the binary version of the archive has none."
    );
}

#[test]
fn what_is_no_batch_is_refused() {
    let refused = |pickle: &[u8]| records(pickle).unwrap_err();
    for (pickle, why) in [
        (&b"\x80\x02}."[..], "it has no labels"),
        (
            b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins\x8c\x04eval\x93.",
            "it names builtins.eval, and only arrays, bytes, whole numbers and lists are read",
        ),
        (b"}(U\x06labelsK\x01U\x04dataNu.", "its labels are no list"),
        (
            b"}(U\x06labels](K\x01NeU\x04dataNu.",
            "a label is no number of a class",
        ),
        (
            b"}(U\x06labels](J\xff\xff\xff\xffeU\x04dataNu.",
            "a label is no number of a class",
        ),
        (
            b"}(U\x06labels]U\x04dataNu.",
            "its data are no array of bytes, row by row",
        ),
        (b"}U\x06labels]s.", "it has no data"),
        (b"N)R.", "it calls what is no array"),
        (b"NNa.", "it adds to what is no list"),
        (b"NNb.", "it puts a state into what is no array"),
        (b"h\x07.", "it asks for a value that it has not kept"),
        (
            b"F1.5\n.",
            "it has the instruction 0x46, which no batch of CIFAR-10 has",
        ),
        (
            b"}(U\x06labels](K\xc8eU\x04dataNu.",
            "a label is no number of a class",
        ),
        (
            b"](Neq\x00h\x00Na.",
            "it adds to a list that is in use already",
        ),
        (b"", "it ends too early, or is damaged"),
        (b"T\xff\xff\xff\xffx", "it ends too early, or is damaged"),
        (b"t.", "it ends too early, or is damaged"),
    ] {
        assert_eq!(refused(pickle), why, "{pickle:?}");
    }
    let mut short = batch(3);
    // One label less.
    let at = short.windows(2).position(|pair| pair == *b"K\x02").unwrap();
    short.drain(at..at + 2);
    assert_eq!(refused(&short), "it has 9216 bytes of pixels for 2 classes");
}

#[test]
fn a_pickle_that_is_cut_anywhere_is_refused() {
    let whole = batch(1);
    for length in (0..whole.len()).filter(|length| *length < 400 || length % 97 == 0) {
        assert!(records(&whole[..length]).is_err(), "{length}");
    }
}

#[test]
fn values_deep_in_each_other_are_refused() {
    let deep = [&b"N"[..], &b"\x85".repeat(20_000), b"."].concat();
    assert_eq!(
        records(&deep),
        Err("its values are deeper in each other than those of a batch".into())
    );
}

#[test]
fn a_state_is_put_into_many_objects_without_copies() {
    let state = [&b"]("[..], &b"N".repeat(100_000), b"eq\x00"].concat();
    let object = b"cnumpy\nndarray\n)Rq\x01".to_vec();
    let pickle = [state, object, b"h\x01h\x00b".repeat(20_000), b".".to_vec()].concat();
    assert_eq!(records(&pickle), Err("it has no labels".into()));
}

#[test]
fn one_that_never_ends_is_refused() {
    let endless = b"N0".repeat(600_000);
    assert_eq!(
        records(&endless),
        Err("it has more values than the batches of CIFAR-10".into())
    );
}

#[test]
fn a_batch_of_cifar_100_has_two_labels_in_a_record() {
    let mut pickle = b"\x80\x02}q\x01(U\x09filenamesq\x02]q\x03(U\x05a.pngq\x04U\x05b.pngq\x05eU\x0bfine_labelsq\x06]q\x07(K\x63K\x07eU\x0dcoarse_labelsq\x08]q\x09(K\x13K\x04eU\x04dataq\x0acnumpy.core.multiarray\n_reconstruct\nq\x0bcnumpy\nndarray\nq\x0cK\x00\x85q\x0dU\x01bq\x0e\x87q\x0fRq\x10(K\x01K\x02M\x00\x0c\x86q\x11cnumpy\ndtype\nq\x12U\x02u1q\x13K\x00K\x01\x87q\x14Rq\x15(K\x03U\x01|q\x16NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x17b\x89T".to_vec();
    pickle.extend((2 * PIXELS as u32).to_le_bytes());
    pickle.extend([[5; PIXELS], [6; PIXELS]].concat());
    pickle.extend(b"q\x18tq\x19bu.");
    let expected = [vec![19, 99], vec![5; PIXELS], vec![4, 7], vec![6; PIXELS]].concat();
    assert_eq!(records(&pickle), Ok(expected));
    // A class of the coarse ones that there is not.
    let at = pickle.windows(2).position(|pair| pair == b"K\x13").unwrap();
    pickle[at + 1] = 20;
    assert_eq!(
        records(&pickle),
        Err("a label is no number of a class".into())
    );
}
