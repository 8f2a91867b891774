use super::*;

fn read(text: &str) -> Option<String> {
    text.parse::<Name>().ok().map(|Name(name)| name)
}

#[test]
fn name_is_trimmed_and_normalised() {
    for (said, name) in [
        ("Anna", "Anna"),
        ("  Anna \u{a0} Lena\u{3000}", "Anna Lena"),
        ("Zoe\u{308}", "Zo\u{eb}"),
        ("7", "7"),
        ("\u{5e9}\u{5c1}\u{5b8}\u{5dc}", "\u{5e9}\u{5b8}\u{5c1}\u{5dc}"), // NFC orders the marks
        ("مه\u{200c}سا", "مه\u{200c}سا"),
        ("Kim 👩\u{200d}👩\u{200d}👧", "Kim 👩\u{200d}👩\u{200d}👧"),
        ("O'Neil-Ünlü (DJ)", "O'Neil-Ünlü (DJ)"),
    ] {
        assert_eq!(read(said).as_deref(), Some(name), "{said:?}");
    }
    assert_eq!(Name::if_any(" \t"), Ok(None));
    assert_eq!(Name::if_any("\u{200b}"), Err(AppError::Name));
}

#[test]
fn name_is_counted_in_what_people_take_for_characters() {
    // Two code points each, and no single one for both.
    let long = "n\u{30a}".repeat(24);
    assert_eq!(read(&long).as_deref(), Some(&*long));
    assert_eq!(read(&format!("{long}n")), None);
    assert_eq!(read(&"n".repeat(24)).as_deref(), Some(&*"n".repeat(24)));
    assert_eq!(read(&"n".repeat(25)), None);
    assert_eq!(read(&format!("A{}", "👩\u{200d}".repeat(50))), None);
}

#[test]
fn name_that_cannot_be_read_or_changes_how_others_are_is_refused() {
    for said in [
        "",
        "  ",
        "!?",
        "🎉🎉",
        "An\nna",
        "An\u{0}na",
        "Anna\u{202e}", // right to left from here on
        "\u{2066}Anna", // isolates what follows
        "An\u{200b}na", // a space without a width
        "An\u{200d}na", // joins what is joined already
        "Anna\u{200d}",
        "\u{200d}Anna",
        "An\u{ad}na", // a hyphen that is not shown
        "An\u{feff}na",
        "A\u{2060}nna",
        "Anna\u{e0061}", // a tag
        "\u{3164}",      // a letter that is not shown
        "A\u{34f}nna",
        "A\u{e000}nna", // anybody's own
        "A\u{378}nna",  // nobody's yet
        "A\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}nna",
    ] {
        assert_eq!(read(said), None, "{said:?}");
    }
}

#[test]
fn name_of_somebody_else_is_told_apart_however_it_is_written() {
    let mut taken = Taken::default();
    for (said, shown) in [
        ("Anna", "Anna"),
        ("Anna", "Anna 2"),
        ("ANNA", "ANNA 3"),
        ("Аnna", "Аnna 4"), // with a Cyrillic А
        ("An na", "An na 5"),
        ("Anna 2", "Anna 2 2"),
        ("lisa", "lisa"),
        ("Iisa", "Iisa 2"), // with a capital i
        ("LISA", "LISA 3"),
        ("Änna", "Änna"),
        ("modern", "modern"),
        ("rnodern", "rnodern 2"), // r and n
    ] {
        let told_apart = taken.tell_apart(said);
        assert_eq!(told_apart, shown, "{said}");
        taken.insert(&told_apart);
    }
}

#[test]
fn name_that_is_told_apart_is_no_longer_than_others() {
    let mut taken = Taken::default();
    let long = "Wolfeschlegelsteinhausen";
    let mut last = String::new();
    for _ in 0..12 {
        last = taken.tell_apart(long);
        assert!(last.graphemes(true).count() <= MOST, "{last}");
        taken.insert(&last);
    }
    assert_eq!(last, "Wolfeschlegelsteinhau 12");
}
