//! What recipes may say.

use midge_recipe::Recipe;

const SOUND: &str = "epochs = 1\nbatch = 8\n[model]\nlayers = [\"flatten\", { linear = 10 }]\n[data]\nkind = \"npz\"\npath = \"x.npz\"\n";

#[test]
fn a_recipe_is_written_as_it_is_read() {
    let recipe = Recipe::parse(SOUND).unwrap();
    let text = serde_json::to_string(&recipe).unwrap();
    assert_eq!(serde_json::from_str::<Recipe>(&text).unwrap(), recipe);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_what_is_known() {
    for (from, to, told) in [
        ("epochs", "epoch", &["line 1", "unknown field `epoch`", "`epochs`"][..]),
        ("linear", "dense", &["line 4", "unknown variant `dense`", "`linear`"]),
        ("\"npz\"", "\"xlsx\"", &["line 6", "unknown variant `xlsx`", "`csv`"]),
        ("path =", "file =", &["line 7", "unknown field `file`", "`path`"]),
        ("10", "-1", &["line 4", "-1"]),
        (
            "{ linear = 10 }",
            "{ conv = { channels = 1, sise = 3 } }",
            &["line 4", "unknown field `sise`", "`size`"],
        ),
        (
            "{ linear = 10 }",
            "{ conv = { channels = 1, size = \"3\" } }",
            &["line 4", "a number, or two as [down, across]"],
        ),
        ("path = \"x.npz\"", "", &["data: path is missing"]),
        (
            "path = \"x.npz\"",
            "path = \"x.npz\"\ncontext = 3",
            &["data: context is for [Text], and the kind is Npz"],
        ),
        (
            "path = \"x.npz\"",
            "path = \"x.npz\"\ntest = \"every 5\"",
            &["data: test: \"every 5\" is no rule; there are"],
        ),
        ("path = \"x.npz\"", "path = \"x.npz\"\nprepare = \"grey\"", &["data: prepare: step 1, \"grey\""]),
        (
            "[data]",
            "[optimizer]\nalpha = 0.5\n[data]",
            &["optimizer: alpha is for [RmsProp], and the method is Adam"],
        ),
        ("[data]", "[optimizer]\nrate = 0\n[data]", &["optimizer: a rate of 0 is not above 0"]),
        ("layers = [\"flatten\", { linear = 10 }]", "", &["model: no layers"]),
        ("batch = 8", "batch = 0", &["batch, accumulate and save_every are 1 or more"]),
    ] {
        let text = SOUND.replacen(from, to, 1);
        let error = Recipe::parse(&text).unwrap_err().to_string();
        assert!(told.iter().all(|told| error.contains(told)), "{to}: {error}");
    }
}

#[test]
fn a_layer_that_does_not_suit_is_named() {
    for (layers, told) in [
        (
            "{ linear = 10 }, { conv = { channels = 2, size = 3 } }, { linear = 9 }, \"flatten\", { conv = { channels = 2, size = 3 } }",
            "layer 5, conv: reads [channels, height, width]",
        ),
        ("{ gru = 4 }", "layer 1, gru"),
        ("{ conv = { channels = 2, size = 9 } }", "layer 1, conv"),
        ("{ residual = [{ linear = 9 }] }", "layer 1, residual: [1, 8, 8] goes in and [1, 8, 9] comes out"),
        ("{ embedding = { size = 4 } }", "layer 1, embedding: the data have no vocabulary"),
    ] {
        let recipe = crate::recipe("epochs = 1", layers, "");
        let splits = recipe.data.open(&crate::digits(), 0).unwrap();
        let error = midge_recipe::Training::new(&recipe, splits, None, 1).err().unwrap().to_string();
        assert!(error.contains(told), "{layers}: {error}");
    }
}
