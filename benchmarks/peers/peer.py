"""A segmentation pipeline as Python programmers write it with OpenCV, numpy and ONNX Runtime: the rival of SegPipe's benchmarks.

    peer.py usual|tuned MODEL.onnx CLIP OUT.mp4 THREADS PRESET FRAMES [LABELS.gray]

usual: resize every class plane, arg-max, index a palette, addWeighted, one frame after the other. tuned: a thread for reading, one for the network, one
for the rest, four planes a resize, no array of all of them. The network wants 1024x512 RGB, level / 127.5 - 1.
"""
import queue
import subprocess
import sys
import threading
import time

import cv2
import numpy as np
import onnxruntime

CITYSCAPES = [(128, 64, 128), (244, 35, 232), (70, 70, 70), (102, 102, 156), (190, 153, 153), (153, 153, 153), (250, 170, 30), (220, 220, 0), (107, 142, 35),
              (152, 251, 152), (70, 130, 180), (220, 20, 60), (255, 0, 0), (0, 0, 142), (0, 0, 70), (0, 60, 100), (0, 80, 100), (0, 0, 230), (119, 11, 32)]
PALETTE = np.array(CITYSCAPES, np.uint8)[:, ::-1].copy()
TABLE = np.pad(PALETTE, ((0, 256 - len(PALETTE)), (0, 0)))[:, None, :]


def prepare(frame):
    small = cv2.cvtColor(cv2.resize(frame, (1024, 512)), cv2.COLOR_BGR2RGB)
    return (small.astype(np.float32) / 127.5 - 1).transpose(2, 0, 1)[None]


def colour_usual(frame, logits):
    planes = np.stack([cv2.resize(plane, (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_LINEAR) for plane in logits])
    labels = planes.argmax(0)
    return cv2.addWeighted(frame, 0.5, PALETTE[labels], 0.5, 0), labels.astype(np.uint8)


def colour_tuned(frame, logits):
    cells = np.ascontiguousarray(logits.transpose(1, 2, 0))
    labels, best = np.zeros(frame.shape[:2], np.uint8), None
    for first in range(0, cells.shape[2], 4):
        four = cv2.resize(cells[:, :, first:first + 4], (frame.shape[1], frame.shape[0]), interpolation=cv2.INTER_LINEAR)
        for k in range(four.shape[2] if four.ndim == 3 else 1):
            plane = four[:, :, k] if four.ndim == 3 else four
            if best is None:
                best = plane.copy()
                continue
            greater = plane > best
            labels[greater] = first + k
            np.maximum(best, plane, out=best)
    return cv2.addWeighted(frame, 0.5, cv2.LUT(cv2.merge([labels] * 3), TABLE), 0.5, 0), labels


def main():
    mode, model, clip, target, threads, preset, limit = sys.argv[1:8]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(threads)
    session = onnxruntime.InferenceSession(model, options, providers=['CPUExecutionProvider'])
    name = session.get_inputs()[0].name
    capture = cv2.VideoCapture(clip)
    width, height, rate = int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)), capture.get(cv2.CAP_PROP_FPS)
    encoder = subprocess.Popen(['ffmpeg', '-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'bgr24', '-s', f'{width}x{height}', '-r', str(rate), '-i', '-',
                                '-c:v', 'libx264', '-preset', preset, '-crf', '23', '-pix_fmt', 'yuv420p', target], stdin=subprocess.PIPE)
    maps = open(sys.argv[8], 'wb') if len(sys.argv) > 8 else None
    written = 0

    def frames():
        for _ in range(int(limit)):
            there, frame = capture.read()
            if not there:
                return
            yield frame, prepare(frame)

    def write(painted, labels):
        nonlocal written
        encoder.stdin.write(painted.tobytes())
        if maps:
            maps.write(labels.tobytes())
        written += 1

    start = time.time()
    if mode == 'usual':
        for frame, tensor in frames():
            write(*colour_usual(frame, session.run(None, {name: tensor})[0][0]))
    else:
        prepared, inferred, painted = queue.Queue(4), queue.Queue(4), queue.Queue(4)

        def fill(items, to):
            for item in items:
                to.put(item)
            to.put(None)

        steps = [(frames(), prepared),
                 (((frame, session.run(None, {name: tensor})[0][0]) for frame, tensor in iter(prepared.get, None)), inferred),
                 ((colour_tuned(*item) for item in iter(inferred.get, None)), painted)]
        for step in steps:
            threading.Thread(target=fill, args=step, daemon=True).start()
        for item in iter(painted.get, None):
            write(*item)
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit('ffmpeg failed')
    seconds = time.time() - start
    print(f'frames {written} seconds {seconds:.3f} fps {written / seconds:.2f}')


if __name__ == '__main__':
    main()
