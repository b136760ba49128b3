//! Which values do not go together, though each is allowed by itself.

use super::error::RecipeError;
use super::{Model, Recipe, Stem};

impl Recipe {
    /// Whether there is such a network.
    ///
    /// # Errors
    /// [`RecipeError::BadValue`], naming the key whose value does not fit the others.
    pub(super) fn fits_together(&self) -> Result<(), RecipeError> {
        match self.model {
            Model::Vit => self.transformer(),
            Model::DenseNet if self.depth % 6 != 4 => Err(RecipeError::bad_value(
                "depth",
                &self.depth.to_string(),
                "6n + 4 for a DenseNet: three blocks of n layers with two convolutions each, and four layers outside them, \
                 so 10, 16, 22, 28 and so on",
            )),
            _ => Ok(()),
        }
    }

    fn transformer(&self) -> Result<(), RecipeError> {
        if !self.dim.is_multiple_of(self.heads) {
            let allowed = format!(
                "a number that divides dim, which is {}: each head has an equal part of a token",
                self.dim
            );
            let heads = self.heads.to_string();
            return Err(RecipeError::bad_value("heads", &heads, &allowed));
        }
        let [_, rows, columns] = self.input().shape;
        let divides = |size: usize| (size as u64).is_multiple_of(self.patch);
        if self.stem == Stem::Patch && !(divides(rows) && divides(columns)) {
            let allowed = format!("a number that divides the images' {rows}×{columns} pixels");
            let patch = self.patch.to_string();
            return Err(RecipeError::bad_value("patch", &patch, &allowed));
        }
        Ok(())
    }
}

/// What more is to be said of a network's name that is none: why there is no residual network of that depth.
pub(super) fn why_no_model(name: &str) -> Option<String> {
    let depth: u64 = name.strip_prefix("resnet-")?.parse().ok()?;
    let fits = depth >= 8 && depth % 6 == 2;
    (!fits).then(|| {
        format!(
            ". A residual network for small images has 6n + 2 layers, and {depth} is not 6n + 2 with n of at least 1"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;

    fn error(link: &str) -> String {
        parse(link).unwrap_err().to_string()
    }

    #[test]
    fn heads_divide_the_width() {
        assert_eq!(
            error("model=vit&dim=64&heads=3"),
            "heads=3 is not allowed: heads is a number that divides dim, which is 64: each head has an equal part of a token."
        );
        assert!(parse("model=vit&dim=66&heads=3").is_ok());
    }

    #[test]
    fn patches_divide_the_image() {
        assert_eq!(
            error("model=vit&stem=patch&patch=5"),
            "patch=5 is not allowed: patch is a number that divides the images' 28×28 pixels."
        );
        assert_eq!(
            error("model=vit&stem=patch&patch=7&data=cifar10"),
            "patch=7 is not allowed: patch is a number that divides the images' 32×32 pixels."
        );
        assert!(parse("model=vit&stem=patch&patch=7&data=mnist").is_ok());
        // Convolutions make the tokens: the patch means nothing.
        assert_eq!(
            parse("model=vit&patch=5").unwrap().notices,
            ["patch means nothing in this recipe and was left out."]
        );
    }

    #[test]
    fn depths_are_those_of_the_papers() {
        assert_eq!(
            error("model=densenet&depth=20"),
            "depth=20 is not allowed: depth is 6n + 4 for a DenseNet: three blocks of n layers with two convolutions each, \
             and four layers outside them, so 10, 16, 22, 28 and so on."
        );
        assert!(parse("model=densenet&depth=10").is_ok());
        assert!(error("model=densenet&depth=9").contains("6n + 4"));
        let told = error("model=resnet-21");
        assert!(
            told.starts_with("model=resnet-21 is not allowed: model is one of lenet5, "),
            "{told}"
        );
        assert!(
            told.ends_with(
                ". A residual network for small images has 6n + 2 layers, and 21 is not 6n + 2 with n of at least 1."
            ),
            "{told}"
        );
        assert!(!error("model=resnet-26").contains("6n + 2"));
    }

    #[test]
    fn options_of_other_networks_are_told_and_left_out() {
        let link = "groups=2&lrn=on&act=tanh&head=gap&norm=batch&aux=on&reduce=off&shortcut=project&patch=4&dim=64&heads=2\
                    &stem=patch&pool=mean&growth=8&depth=10&widths=3&dropout=0.1";
        let read = parse(&format!("model=lenet5&{link}")).unwrap();
        assert_eq!(read.recipe.link(), "model=lenet5&v=1");
        let expected = link.split('&').map(|pair| {
            let key = pair.split('=').next().unwrap();
            format!("{key} means nothing in this recipe and was left out.")
        });
        let mut expected: Vec<String> = expected.collect();
        let mut found = read.notices;
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }
}
