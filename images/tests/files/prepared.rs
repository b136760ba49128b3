//! Images that other threads decode: the collection is that of the files.

use bunsen_images::prepared::PreparedImage;
use bunsen_images::{Collection, CollectionBuilder, Format, ImagesError};

use crate::support::{COLOUR, GREY, build_as, encode, pets, picture, png};

/// Builds a collection as a page does. `with_sample`: for which files, by their number, a sample is made.
fn build_prepared(
    files: &[(&str, Vec<u8>)],
    format: Format,
    with_sample: fn(usize) -> bool,
) -> Result<Collection, ImagesError> {
    let mut builder = CollectionBuilder::new(format);
    for (at, (path, bytes)) in files.iter().enumerate() {
        let prepared = PreparedImage::of(path, bytes, format, with_sample(at))
            .map(|image| PreparedImage::from_bytes(&image.to_bytes(), format).unwrap());
        let is_added = match prepared {
            Some(image) => builder.add_prepared(path, image)?,
            None => false,
        };
        if !is_added {
            builder.add_file(path, bytes)?;
        }
    }
    builder.finish()
}

#[test]
fn the_collection_is_that_of_the_files() {
    let oblong = |number| encode(&picture(24, 40, number), image::ImageFormat::Jpeg);
    let files = [
        pets(),
        vec![
            ("pets/cats/oblong-1.jpg", oblong(1)),
            ("pets/dogs/oblong-2.jpg", oblong(2)),
            ("pets/dogs/oblong-3.jpg", oblong(3)),
            ("pets/dogs/oblong-4.jpg", oblong(4)),
            ("pets/cats/twice.jpg", oblong(1)),
            ("pets/cats/cut-off.jpg", oblong(5)[..200].to_vec()),
            ("pets/cats/empty.png", Vec::new()),
            ("pets/cats/notes.txt", b"nothing to see".to_vec()),
            ("pets/.hidden/cats/6.png", png(6)),
            ("__MACOSX/pets/cats/7.png", png(7)),
            (
                "pets/labels.csv",
                b"name,class\n1.png,cats\n2.png,dogs\n".to_vec(),
            ),
        ],
    ]
    .concat();
    for format in [COLOUR, GREY] {
        let expected = build_as(format, &files).unwrap();
        assert_eq!(expected.fit_samples.len(), 3);
        for with_sample in [|_| true, |_| false, |at: usize| at.is_multiple_of(2)] {
            assert_eq!(
                build_prepared(&files, format, with_sample).unwrap(),
                expected
            );
        }
    }
}

#[test]
fn a_path_out_of_the_folder_and_pixels_without_end_are_refused_alike() {
    // Few bytes, and as many pixels as are decoded.
    let bomb = encode(
        &image::RgbImage::new(8_000, 8_000).into(),
        image::ImageFormat::Png,
    );
    let many: Vec<_> = (0..4).map(|_| ("a/x.png", bomb.clone())).collect();
    for files in [vec![("../x.png", png(1))], many] {
        let expected = build_as(GREY, &files).unwrap_err();
        let found = build_prepared(&files, GREY, |_| true).unwrap_err();
        assert_eq!(found.to_string(), expected.to_string());
    }
}
