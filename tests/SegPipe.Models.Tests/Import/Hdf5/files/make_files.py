"""make_files.py: writes the HDF5 and Keras files beside it with h5py (3.7, HDF5 1.10), as Keras 2.15 lays them out. The numbers follow
simple rules, so that the tests can work them out again."""
import io, json, zipfile
import h5py, numpy as np


def values(*shape, scale=0.125):
    return ((np.arange(np.prod(shape)) * 7 % 17 - 8) * scale).astype(np.float32).reshape(shape)


def numbers(f):
    g = f.create_group('arrays')
    for name in ('f2', 'f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'):
        g.create_dataset(name, data=np.array([[0, 1, 2], [3, 5, 100]], dtype='<' + name))
    g.create_dataset('scalar', data=np.float32(2.5))
    g.create_dataset('empty', data=np.zeros((0, 3), np.float32))
    g.create_dataset('big_endian', data=np.arange(3, dtype='>f4'))
    g.create_dataset('text', data=b'no number')


def chunked(f):
    data = np.arange(7 * 11 * 3, dtype=np.float32).reshape(7, 11, 3)
    g = f.create_group('chunked')
    g.create_dataset('plain', data=data, chunks=(4, 4, 2))
    g.create_dataset('packed', data=data, chunks=(3, 5, 3), compression='gzip', shuffle=True, fletcher32=True)
    g.create_dataset('line', data=data.reshape(-1), chunks=(50,), compression='gzip')
    sparse = g.create_dataset('sparse', shape=(8, 8), chunks=(4, 4), dtype='<f4')
    sparse[0:4, 4:8] = 1
    g.create_dataset('lzf', data=data, chunks=(7, 11, 3), compression='lzf')


def attributes(f):
    f.attrs['variable'] = 'Grüße'
    f.attrs['empty'] = ''
    f.attrs['fixed'] = np.array([b'one', b'three'], dtype='S5')
    f.attrs['several'] = ['a', 'bb', 'ccc']
    f.attrs['number'] = 3
    # Longer than what a header's first block holds, so that it goes on elsewhere.
    for i in range(20): f.attrs[f'more_{i}'] = f'text {i}'


def many(f):
    g = f.create_group('many')
    one = g.create_dataset('first', data=np.float32(1))
    for i in range(400): g[f'link_{i:03}'] = one


with h5py.File('old.h5', 'w', libver='earliest') as f:
    numbers(f); chunked(f); attributes(f); many(f)
with h5py.File('new.h5', 'w', libver='latest') as f:
    f.create_dataset('a/b', data=values(2, 3))
    f.attrs['variable'] = 'new'
    f.create_group('dense')
    for i in range(12): f['dense'].create_group(f'g{i}')
    f.create_dataset('a/chunked', data=np.arange(100, dtype=np.float32), chunks=(10,))
    for i in range(12): f['a'].attrs[f'x{i}'] = 'dense'


def layer(kind, name, inputs, **config):
    nodes = [[[i, 0, 0, {}] for i in inputs]] if inputs else []
    return dict(class_name=kind, name=name, config=dict(name=name, **config), inbound_nodes=nodes)


CONV = dict(strides=[1, 1], padding='same', data_format='channels_last', dilation_rate=[1, 1], groups=1, activation='linear', use_bias=True)
BN = dict(axis=[3], epsilon=0.001, center=True, scale=True)
LAYERS = [
    layer('InputLayer', 'image', [], batch_input_shape=[None, 8, 12, 3], dtype='float32'),
    layer('Conv2D', 'stem', ['image'], **{**CONV, 'strides': [2, 2], 'use_bias': False}),
    layer('BatchNormalization', 'stem_bn', ['stem'], **BN),
    layer('ReLU', 'stem_relu', ['stem_bn'], max_value=6.0, negative_slope=0.0, threshold=0.0),
    layer('ZeroPadding2D', 'pad', ['stem_relu'], padding=[[0, 1], [0, 1]], data_format='channels_last'),
    layer('DepthwiseConv2D', 'depthwise', ['pad'], **{**CONV, 'strides': [2, 2], 'padding': 'valid', 'use_bias': False}),
    layer('Conv2D', 'conv2d_1', ['reshape'], **CONV),
    layer('BatchNormalization', 'batch_normalization', ['depthwise'], **BN),
    layer('Activation', 'activation', ['batch_normalization'], activation='relu'),
    layer('GlobalAveragePooling2D', 'pool', ['activation'], data_format='channels_last', keepdims=False),
    layer('Reshape', 'reshape', ['pool'], target_shape=[1, 1, 4]),
    layer('UpSampling2D', 'spread', ['conv2d_1'], size=[2, 3], data_format='channels_last', interpolation='bilinear'),
    layer('Concatenate', 'concatenate', ['activation', 'spread'], axis=-1),
    layer('Dropout', 'dropout', ['concatenate'], rate=0.1),
    layer('Conv2D', 'conv2d', ['dropout'], **{**CONV, 'padding': 'valid'}),
    layer('UpSampling2D', 'logits', ['conv2d'], size=[4, 4], data_format='channels_last', interpolation='bilinear'),
]
MODEL = dict(class_name='Functional', config=dict(name='tiny', layers=LAYERS, input_layers=[['image', 0, 0]], output_layers=[['logits', 0, 0]]))


def norm(channels, base):
    return [('gamma', 1 + values(channels) / 4 + base), ('beta', values(channels)), ('moving_mean', values(channels, scale=0.0625)), ('moving_variance', 1 + np.abs(values(channels)))]


WEIGHTS = {
    'stem': [('kernel', values(3, 3, 3, 4))],
    'stem_bn': norm(4, 0.5),
    'depthwise': [('depthwise_kernel', values(3, 3, 4, 1))],
    'conv2d_1': [('kernel', values(1, 1, 4, 2)), ('bias', values(2))],
    'batch_normalization': norm(4, 0.25),
    'conv2d': [('kernel', values(1, 1, 6, 3)), ('bias', values(3))],
}
with h5py.File('tiny.h5', 'w') as f:
    f.attrs['keras_version'] = '2.15.0'
    f.attrs['model_config'] = json.dumps(MODEL).encode()
    g = f.create_group('model_weights')
    g.attrs['layer_names'] = [l['name'] for l in LAYERS]
    for l in LAYERS:
        h = g.create_group(l['name'])
        w = WEIGHTS.get(l['name'], [])
        h.attrs['weight_names'] = [f'{l["name"]}/{n}:0' for n, _ in w]
        for n, v in w: h.create_dataset(f'{l["name"]}/{n}:0', data=v)

SNAKE = {'Conv2D': 'conv2d', 'DepthwiseConv2D': 'depthwise_conv2d', 'BatchNormalization': 'batch_normalization', 'ReLU': 're_lu'}


def archive(path, root, step, compression):
    data = io.BytesIO()
    with h5py.File(data, 'w') as f:
        used = {}
        for l in LAYERS:
            kind = SNAKE.get(l['class_name'], l['class_name'].lower())
            count = used[kind] = used.get(kind, -step) + step
            g = f.create_group(f'{root}/{kind}' + (f'_{count}' if count else '')).create_group('vars')
            for i, (_, v) in enumerate(WEIGHTS.get(l['name'], [])): g[str(i)] = v
        f.create_group('vars')
    with zipfile.ZipFile(path, 'w', compression) as z:
        for name, content in (('metadata.json', json.dumps({'keras_version': '2.15.0'})), ('config.json', json.dumps(MODEL)), ('model.weights.h5', data.getvalue())):
            z.writestr(zipfile.ZipInfo(name), content, compression)


archive('tiny.keras', 'layers', 1, zipfile.ZIP_STORED)
# Keras 2.12 and 2.13 came to the layers by another attribute, and counted each twice.
archive('tiny_2_12.keras', '_layer_checkpoint_dependencies', 2, zipfile.ZIP_DEFLATED)
