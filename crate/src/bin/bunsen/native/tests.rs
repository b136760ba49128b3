use super::*;

#[test]
fn losses_are_printed_as_the_page_has_them() {
    for (loss, text) in [
        (4.011_987_504_164_64e28, "4.01e28"),
        (2_303.04, "2303.0"),
        (12.346, "12.35"),
        (2.312_59, "2.313"),
        (0.012_34, "0.0123"),
        (0.000_52, "0.000520"),
        (0.0, "0.0000"),
        (1.2e-7, "1.20e-7"),
    ] {
        assert_eq!(output::loss_text(loss), text);
    }
}

#[test]
fn named_recipes_are_listed_with_links_that_can_be_trained() {
    let model = bunsen::registry::REGISTRY.model("lenet5-1998").unwrap();
    let text = recipes::list(&[model]);
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("LeNet-5 (1998)"));
    assert_eq!(lines.next(), Some("  own    model=lenet5-1998&v=1"));
    let links = text
        .lines()
        .filter_map(|line| line.find("model=").map(|start| &line[start..]));
    let names = links.map(|link| bunsen::registry::parse(link).unwrap().recipe.model.name());
    assert_eq!(names.collect::<Vec<_>>(), ["lenet5-1998"; 3]);
    let refused = recipes::run(&recipes::Options {
        network: Some("lenet6".to_owned()),
    });
    let refused = refused.unwrap_err().to_string();
    assert!(
        refused.starts_with("model=lenet6 is not allowed"),
        "{refused}"
    );
}
