//! Records an MP4 as one take into one file: for looking at the result with other programs.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        return Err("usage: remake FROM.mp4 TO.mp4".into());
    };
    let bytes = std::fs::read(from)?;
    let source = quanji_media::mp4_source::Mp4Source::read(&bytes)?;
    let mut writer = quanji_media::TakeWriter::open(source.format().clone());
    let mut out = Vec::new();
    let mut take = |outputs: Vec<quanji_media::Output>| {
        for output in outputs {
            match output {
                quanji_media::Output::Init { bytes, .. } => out.extend_from_slice(&bytes),
                quanji_media::Output::Fragment(fragment) => out.extend_from_slice(&fragment.bytes),
                remark => println!("{remark:?}"),
            }
        }
    };
    for unit in source.units() {
        take(writer.push(&unit)?);
    }
    take(writer.finish());
    Ok(std::fs::write(to, out)?)
}
