//! Classes in a table or a list beside the images, and tables that disagree with them.

use bunsen_images::collection::MAGIC;

use crate::support::{build, png};

/// Images 0.png to 3.png in a folder.
fn images() -> Vec<(&'static str, Vec<u8>)> {
    [
        "images/0.png",
        "images/1.png",
        "images/2.png",
        "images/3.png",
    ]
    .into_iter()
    .zip((1..).map(png))
    .collect()
}

fn with(table: &'static str, text: &str) -> Vec<(&'static str, Vec<u8>)> {
    [images(), vec![(table, text.as_bytes().to_vec())]].concat()
}

/// The classes with their images, and the notices but for that of few images.
fn found(files: &[(&str, Vec<u8>)]) -> (Vec<(String, usize)>, Vec<String>) {
    let mut collection = build(files).unwrap();
    collection.notices.pop();
    let classes = collection
        .classes
        .into_iter()
        .map(|class| (class.name, class.images));
    (classes.collect(), collection.notices)
}

fn refusal(files: &[(&str, Vec<u8>)]) -> String {
    build(files).unwrap_err().to_string()
}

fn taken(from: &str) -> String {
    format!("No folder tells the classes, so they were taken from {from}: cat, dog.")
}

#[test]
fn tables_tell_classes_however_they_are_written() {
    let folders: Vec<_> = ["cat/0.png", "cat/1.png", "dog/2.png", "dog/3.png"]
        .into_iter()
        .zip((1..).map(png))
        .collect();
    let digest = build(&folders).unwrap().digest;
    for (name, text) in [
        ("labels.csv", "id,label\n0,cat\n1,cat\n2,dog\n3,dog\n"),
        (
            "labels.csv",
            "filename;class\r\n\"0.png\";\"cat\"\r\n1.png;cat\r\n2.png;dog\r\n3.png;dog\r\n",
        ),
        ("labels.csv", "0.png,cat\n1.png,cat\n2.png,dog\n3.png,dog"),
        (
            "labels.csv",
            "\u{feff}label,image\ncat,images/0.png\ncat,images\\1.png\ndog,./images/2.PNG\ndog,3.jpeg\n",
        ),
        (
            "a/train.tsv",
            "image_id\tage\tspecies\n0\t7\tcat\n1\t8\tcat\n2\t7\tdog\n3\t9\tdog\n",
        ),
        // A column of no known name, beside one whose values are too many.
        (
            "labels.csv",
            "picture,weight,animal\n0.png,1.5,cat\n1.png,2.5,cat\n2.png,3.5,dog\n3.png,4.5,dog\n",
        ),
        (
            "labels.json",
            r#"{"0.png": "cat", "1.png": "cat", "2.png": "dog", "3.png": "dog"}"#,
        ),
        (
            "labels.json",
            r#"{"cat": ["0.png", "1.png"], "dog": ["2.png", "3.png"]}"#,
        ),
        (
            "labels.json",
            r#"[{"file": "0.png", "label": "cat"}, {"file": "1.png", "label": "cat"}, {"file": "2.png", "label": "dog"}, {"label": "dog", "file": "3.png"}]"#,
        ),
        (
            "labels.json",
            r#"[["0.png", "cat"], ["1.png", "cat"], ["2.png", "dog"], ["3.png", "dog"]]"#,
        ),
    ] {
        let files = with(name, text);
        let (classes, notices) = found(&files);
        assert_eq!(
            classes,
            [("cat".to_owned(), 2), ("dog".to_owned(), 2)],
            "{text}"
        );
        assert_eq!(notices, [taken(name)], "{text}");
        assert_eq!(build(&files).unwrap().digest, digest, "{text}");
    }
    let utf16: Vec<u8> = "\u{feff}id,label\n0,cat\n1,cat\n2,dog\n3,dog\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let files = [images(), vec![("labels.csv", utf16)]].concat();
    assert_eq!(build(&files).unwrap().digest, digest);
    let western = b"id,label\n0,K\xe4se\n1,K\xe4se\n2,dog\n3,dog\n".to_vec();
    let files = [images(), vec![("labels.csv", western)]].concat();
    assert_eq!(found(&files).0[0].0, "Käse");
}

#[test]
fn a_table_of_training_images_leaves_those_to_test_with_out() {
    let files = [
        ("train/0.png", png(1)),
        ("train/1.png", png(2)),
        ("train/2.png", png(3)),
        ("train/3.png", png(4)),
        ("test/0.png", png(5)),
        ("test/1.png", png(6)),
        (
            "trainLabels.csv",
            b"id,label\n0,cat\n1,cat\n2,dog\n3,dog\n".to_vec(),
        ),
        // Kaggle's form for answers is no table of classes.
        ("sampleSubmission.csv", b"id,label\n0,cat\n1,cat\n".to_vec()),
    ];
    let (classes, notices) = found(&files);
    assert_eq!(classes, [("cat".to_owned(), 2), ("dog".to_owned(), 2)]);
    assert!(build(&files).unwrap().bytes.starts_with(MAGIC));
    assert_eq!(
        notices,
        [
            "1 file was left out: sampleSubmission.csv (it is a table, and tells no image's class).".to_owned(),
            "2 images in test have no class and were left out: the trained network can be asked about them.".to_owned(),
            taken("trainLabels.csv"),
            "Of the folders that say what images are for, only one holds images of classes: one in five of them is tested with.".to_owned(),
        ]
    );
    // A table for each part is the person's own split.
    let mut files = files.to_vec();
    files[7] = ("testLabels.csv", b"id,label\n0,cat\n1,dog\n".to_vec());
    let notices = found(&files).1;
    assert_eq!(
        notices.last().unwrap(),
        "Your own split is kept: 4 images to train on and 2 images to test with, whatever the seed."
    );
}

#[test]
fn a_table_that_disagrees_with_the_images_is_told_with_the_names() {
    let files = with(
        "labels.csv",
        "id,label\n0,cat\n1,cat\n2,dog\n7,dog\n8\u{202e},dog\n9,cow\n10,cow\n11,cow\n12,cow\n",
    );
    let files = [
        files,
        vec![
            ("images/dog.png", png(9)),
            ("more.csv", b"id,label\ndog,dog\n".to_vec()),
        ],
    ]
    .concat();
    let (classes, notices) = found(&files);
    assert_eq!(classes, [("cat".to_owned(), 2), ("dog".to_owned(), 2)]);
    assert_eq!(
        notices,
        [
            "1 file was left out: images/3.png (no table tells its class).".to_owned(),
            "No folder tells the classes, so they were taken from labels.csv and more.csv: cat, dog.".to_owned(),
            "labels.csv names 6 images that are not here: 7, 8[U+202E], 9, 10, 11 and 1 more.".to_owned(),
        ]
    );
    assert_eq!(
        refusal(&with(
            "labels.csv",
            "id,label\n0,cat\n1,cat\n2,dog\n3,dog\n0,dog\n1,cow\n"
        )),
        "labels.csv gives 2 images two classes: images/0.png is cat and dog, images/1.png is cat and cow. Leave one line for each image."
    );
    assert_eq!(
        refusal(&with("labels.csv", "id,label\na,cat\nb,dog\n")),
        "All 4 images lie in one folder, images: a network that tells classes apart needs at least two folders with images, one for each class. 1 file was left out: labels.csv (it names none of these images)."
    );
    assert!(
        refusal(&with("labels.csv", "id,colour,size\n0,red,big\n1,red,small\n2,blue,big\n3,blue,small\n"))
            .ends_with("1 file was left out: labels.csv (the classes may be in colour or in size: call that column label, or take the others out).")
    );
    assert!(
        refusal(&with("labels.json", "{\"0.png\": \"cat\",}"))
            .ends_with("1 file was left out: labels.json (it is no sound JSON: line 1 has something else where a text in quotes should be).")
    );
}

#[test]
fn a_table_beside_folders_of_classes_must_say_the_same() {
    let folders = || -> Vec<(&str, Vec<u8>)> {
        ["cats/0.png", "cats/1.png", "dogs/2.png", "dogs/3.png"]
            .into_iter()
            .zip((1..).map(png))
            .collect()
    };
    let and = |text: &str| [folders(), vec![("labels.csv", text.as_bytes().to_vec())]].concat();
    let same = and("id,label\n0,cats\n1,cats\n2,dogs\n3,dogs\n");
    assert_eq!(build(&same).unwrap(), build(&folders()).unwrap());
    assert_eq!(
        refusal(&and("id,label\n0,cats\n1,dogs\n2,dogs\n3,dogs\n")),
        "labels.csv and the folders disagree on 1 image: cats/1.png is dogs in the table. Take the table out, or put all images into one folder."
    );
    // Folders that are no classes: parts of an archive, say.
    let (classes, notices) = found(&and("id,dx\n0,mole\n1,scar\n2,mole\n3,scar\n"));
    assert_eq!(classes, [("mole".to_owned(), 2), ("scar".to_owned(), 2)]);
    assert_eq!(
        notices,
        ["The classes were taken from labels.csv, and not from the folders: mole, scar."]
    );
    let (classes, notices) = found(&and("id,dx\n0,mole\n"));
    assert_eq!(classes[0].0, "cats");
    assert_eq!(
        notices,
        ["labels.csv tells the class of 1 of 4 images, and was left out."]
    );
}

#[test]
fn a_table_of_a_million_lines_is_read() {
    let mut text = String::from("id,label\n0,cat\n1,cat\n2,dog\n3,dog\n");
    for line in 4..1_000_000 {
        text.push_str(&format!(
            "{line},{}\n",
            if line % 2 == 0 { "cat" } else { "dog" }
        ));
    }
    let (classes, notices) = found(&with("labels.csv", &text));
    assert_eq!(classes, [("cat".to_owned(), 2), ("dog".to_owned(), 2)]);
    assert_eq!(
        notices,
        [
            taken("labels.csv"),
            "labels.csv names 999996 images that are not here: 4, 5, 6, 7, 8 and 999991 more."
                .to_owned()
        ]
    );
}

#[test]
fn names_of_classes_are_shown_printably() {
    let (classes, _) = found(&with(
        "labels.csv",
        "id,label\n0,\"two\nlines\"\n1,\"two\nlines\"\n2,\u{202e}god\n3,\u{202e}god\n",
    ));
    assert_eq!(classes[0].0, "[U+202E]god");
    assert_eq!(classes[1].0, "two[U+000A]lines");
}
