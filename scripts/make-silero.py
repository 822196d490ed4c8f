#!/usr/bin/env python3
"""Writes rust-core/speech/model/silero_vad_16k.onnx: Silero's network (MIT) with the same weights and nothing but the arithmetic.

Needs `onnx==1.23.2`, `onnxruntime==1.32.0` and `numpy` (PyPI), and the wheel `silero_vad-6.2.3-py3-none-any.whl` (PyPI) as its argument:
    pip download --no-deps silero-vad==6.2.3
    scripts/make-silero.py silero_vad-6.2.3-py3-none-any.whl [--check]

The file of the wheel is an export that computes its own shapes, in nested branches of which a frame of 512 samples always takes the same. Here
these are taken: 20 nodes of 10 operators, so that the phone carries no code for the others (ADR 0038). The
padding that does not depend on the weights (64 samples of context before, 64 mirrored after) is the caller's.
Both are run over noise, tones and steps, 400 frames with their state, and must agree to 1e-4; with `--check` the committed file is compared
instead of written.
"""

import hashlib
import pathlib
import sys
import zipfile

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

INSIDE = "silero_vad/data/silero_vad_16k_op15.onnx"
SHA256 = "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"
MODEL = pathlib.Path(__file__).resolve().parent.parent / "rust-core/speech/model/silero_vad_16k.onnx"
FRAME, CONTEXT, HIDDEN = 512, 64, 128
# PyTorch keeps its gates as input, forget, cell, output; ONNX as input, output, forget, cell.
GATES = (0, 3, 1, 2)


def original(wheel):
    found = zipfile.ZipFile(wheel).read(INSIDE)
    digest = hashlib.sha256(found).hexdigest()
    if digest != SHA256:
        raise SystemExit(f"{INSIDE} has sha256 {digest}, not {SHA256}")
    return found


def gates(weight):
    return numpy.concatenate([weight[g * HIDDEN : (g + 1) * HIDDEN] for g in GATES])


def reduced(found):
    weights = {w.name.removeprefix("model."): numpy_helper.to_array(w) for w in onnx.load_from_string(found).graph.initializer}
    kept = {"basis": weights["stft.forward_basis_buffer"]}
    for layer in range(4):
        for part in ("weight", "bias"):
            kept[f"conv{layer}.{part}"] = weights[f"encoder.{layer}.reparam_conv.{part}"]
    kept["lstm.w"] = gates(weights["decoder.rnn.weight_ih"])[None]
    kept["lstm.r"] = gates(weights["decoder.rnn.weight_hh"])[None]
    kept["lstm.b"] = numpy.concatenate([gates(weights["decoder.rnn.bias_ih"]), gates(weights["decoder.rnn.bias_hh"])])[None]
    kept["out.weight"] = weights["decoder.decoder.2.weight"].reshape(HIDDEN, 1)
    kept["out.bias"] = weights["decoder.decoder.2.bias"]
    kept["halves"] = numpy.array([129, 129], numpy.int64)

    node = helper.make_node
    nodes = [
        node("Conv", ["input", "basis"], ["bands"], kernel_shape=[256], strides=[128]),
        node("Split", ["bands", "halves"], ["real", "imaginary"], axis=1),
        node("Mul", ["real", "real"], ["real2"]),
        node("Mul", ["imaginary", "imaginary"], ["imaginary2"]),
        node("Add", ["real2", "imaginary2"], ["power"]),
        node("Sqrt", ["power"], ["x0"]),
    ]
    for layer, stride in enumerate((1, 2, 2, 1)):
        names = [f"x{layer}", f"conv{layer}.weight", f"conv{layer}.bias"]
        nodes.append(node("Conv", names, [f"y{layer}"], kernel_shape=[3], strides=[stride], pads=[1, 1]))
        nodes.append(node("Relu", [f"y{layer}"], [f"x{layer + 1}"]))
    nodes += [
        node("Transpose", ["x4"], ["sequence"], perm=[2, 0, 1]),
        node("LSTM", ["sequence", "lstm.w", "lstm.r", "lstm.b", "", "hidden", "cell"], ["", "hidden_next", "cell_next"], hidden_size=HIDDEN),
        node("Relu", ["hidden_next"], ["heard"]),
        node("MatMul", ["heard", "out.weight"], ["weighed"]),
        node("Add", ["weighed", "out.bias"], ["logit"]),
        node("Sigmoid", ["logit"], ["score"]),
    ]
    tensor = lambda name, shape: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
    state = [1, 1, HIDDEN]
    graph = helper.make_graph(
        nodes,
        "silero_vad_16k",
        [tensor("input", [1, 1, CONTEXT + FRAME + CONTEXT]), tensor("hidden", state), tensor("cell", state)],
        [tensor("score", [1, 1, 1]), tensor("hidden_next", state), tensor("cell_next", state)],
        [numpy_helper.from_array(numpy.ascontiguousarray(value), name) for name, value in kept.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8, producer_name="quanji")
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def sounds():
    chance = numpy.random.default_rng(14)
    count = 100 * FRAME
    time = numpy.arange(count) / 16000
    yield chance.normal(0, 0.05, count)
    yield numpy.sin(2 * numpy.pi * 220 * time) * numpy.sin(2 * numpy.pi * 3 * time) * 0.5
    yield numpy.sign(numpy.sin(2 * numpy.pi * 130 * time)) * chance.uniform(0, 1, count)
    yield numpy.zeros(count)


def agree(found, made):
    one = onnxruntime.SessionOptions()
    one.intra_op_num_threads = 1
    ours, theirs = (onnxruntime.InferenceSession(m, one) for m in (made, found))
    rate, worst, spread = numpy.array(16000, numpy.int64), 0.0, []
    for sound in sounds():
        sound = sound.astype(numpy.float32)
        context = numpy.zeros(CONTEXT, numpy.float32)
        state = numpy.zeros((2, 1, HIDDEN), numpy.float32)
        hidden = cell = numpy.zeros((1, 1, HIDDEN), numpy.float32)
        for start in range(0, len(sound), FRAME):
            window = numpy.concatenate([context, sound[start : start + FRAME]])
            context = window[-CONTEXT:]
            expected, state = theirs.run(None, {"input": window[None], "state": state, "sr": rate})
            mirrored = numpy.concatenate([window, window[-2 : -2 - CONTEXT : -1]])[None, None]
            score, hidden, cell = ours.run(None, {"input": mirrored, "hidden": hidden, "cell": cell})
            worst = max(worst, abs(float(score.squeeze()) - float(expected.squeeze())))
            spread.append(float(score.squeeze()))
    if max(spread) - min(spread) < 0.01:
        raise SystemExit(f"the sounds tell nothing: every score is between {min(spread)} and {max(spread)}")
    if worst > 1e-4:
        raise SystemExit(f"the two networks differ by {worst}")
    return worst, min(spread), max(spread)


def main():
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        raise SystemExit(__doc__)
    found = original(arguments[0])
    made = reduced(found)
    worst, low, high = agree(found, made)
    if "--check" in sys.argv:
        if MODEL.read_bytes() != made:
            raise SystemExit(f"{MODEL.name} is not what this makes")
    else:
        MODEL.write_bytes(made)
    print(f"{MODEL.name}: {len(made)} bytes, sha256 {hashlib.sha256(made).hexdigest()}")
    print(f"differs from the original by at most {worst:.2e}, scores from {low:.3f} to {high:.3f}")


if __name__ == "__main__":
    main()
