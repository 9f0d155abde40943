//! Are the sessions of the READMEs what happens?

use crate::{desk_reading, root, timeless};

/// Commands of the ```` ```console ```` blocks, and what stands below each.
fn sessions(file: &str) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join(file)).expect("a README");
    let blocks = text.split("```console\n").skip(1);
    let blocks = blocks.filter_map(|block| block.split("```").next());
    let sessions = blocks.flat_map(|block| block.split("$ desk ").skip(1));
    let sessions = sessions.filter_map(|session| session.split_once('\n'));
    sessions
        .map(|(command, output)| (command.to_owned(), output.trim_end().to_owned()))
        .collect()
}

/// The words of a command, of which one may be quoted as in a shell.
fn words(command: &str) -> Vec<&str> {
    let parts = command.split('\'').enumerate();
    let words = parts.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().collect::<Vec<_>>(),
        _ => vec![part],
    });
    words.collect()
}

#[test]
fn what_the_readmes_show_is_what_happens() {
    for (file, least) in [("tool-cli/README.md", 5), ("README.md", 2)] {
        let sessions = sessions(file);
        assert!(sessions.len() >= least, "{file} shows {}", sessions.len());
        for (command, shown) in sessions {
            let ran = desk_reading(&words(&command), "");
            let printed = timeless(&(ran.out + &ran.err));
            // A bar is as long as its call took, and so is the axis.
            let plain = |text: &str| {
                let lines = timeless(text).replace(['█', '░'], " ");
                let lines = lines.lines().filter(|line| !line.contains("|0 ms"));
                let words = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
                words.collect::<Vec<_>>()
            };
            assert_eq!(plain(printed.trim_end()), plain(&shown), "{command}");
        }
    }
}
