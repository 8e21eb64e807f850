#!/usr/bin/python3
"""OpenStack Swift with its S3 interface as a test's storage: all four of its servers in one process, on the loopback address only.

Debian package: python3-swift (run with the system's /usr/bin/python3).

  s3_server.py FOLDER USER     the data go below FOLDER; the secret is the first line on standard input; the access key is test:USER
Prints "ready PORT" when it listens. Ends when standard input does.
"""
import configparser
import os
import sys

import eventlet

eventlet.monkey_patch()

import eventlet.wsgi
from paste.deploy import loadapp
from swift.common import storage_policy, utils
from swift.common.middleware.s3api.s3request import S3Request
from swift.common.ring import RingBuilder
from swift.common.utils import NullLogger

FOLDER, USER = sys.argv[1:]
SECRET = sys.stdin.readline().strip()
HOST = '127.0.0.1'
KINDS = ('account', 'container', 'object')
PIPELINE = ('catch_errors', 'gatekeeper', 'listing_formats', 's3api', 'tempauth', 'slo', 'dlo', 'proxy-server')


class Forgetful:
    """An application with this in place of memcached, which only spares requests."""

    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        environ['swift.cache'] = self
        return self.app(environ, start_response)

    def get(self, *args, **kwargs):
        return None

    def set(self, *args, **kwargs):
        pass

    delete = incr = decr = set_multi = get_multi = set


class Quiet(eventlet.wsgi.HttpProtocol):
    """Without a line for each request."""

    def log_message(self, format, *args):
        pass


def let_conditions_through():
    """Swift 2.30 knows If-None-Match for what is written, but its S3 interface refuses to hand it on."""
    validate = S3Request._validate_headers

    def patient(request):
        condition = request.headers.pop('If-None-Match', None) if request.method == 'PUT' else None
        validate(request)
        if condition:
            request.headers['If-None-Match'] = condition

    S3Request._validate_headers = patient


def write(name, sections):
    """Writes a file of Swift's; gives its path."""
    config = configparser.RawConfigParser()
    config.optionxform = str
    for section, values in sections.items():
        if section != 'DEFAULT':
            config.add_section(section)
        for key, value in values.items():
            config.set(section, key, value)
    path = os.path.join(FOLDER, name)
    with open(path, 'w') as file:
        config.write(file)
    os.chmod(path, 0o600)
    return path


def listen():
    return eventlet.listen((HOST, 0), backlog=256)


def serve(pool, socket, path):
    app = Forgetful(loadapp('config:' + path, global_conf={}))
    pool.spawn_n(eventlet.wsgi.server, socket, app, log=NullLogger(), log_output=False, protocol=Quiet, capitalize_response_headers=False)


def end_with_owner():
    while sys.stdin.readline():
        pass
    os._exit(0)


def main():
    utils.SWIFT_CONF_FILE = storage_policy.SWIFT_CONF_FILE = write('swift.conf', {'swift-hash': {'swift_hash_path_suffix': 'test'}, 'storage-policy:0': {'name': 'gold', 'default': 'yes'}})
    utils.validate_hash_conf()
    storage_policy.reload_storage_policies()
    let_conditions_through()
    devices = os.path.join(FOLDER, 'devices')
    os.makedirs(os.path.join(devices, 'sda'))
    common = {'swift_dir': FOLDER, 'devices': devices, 'mount_check': 'false', 'fallocate_reserve': '0', 'log_level': 'ERROR'}
    pool = eventlet.GreenPool(512)
    for kind in KINDS:
        socket = listen()
        ring = RingBuilder(1, 1, 1)
        ring.add_dev({'id': 0, 'region': 0, 'zone': 0, 'weight': 1, 'ip': HOST, 'port': socket.getsockname()[1], 'device': 'sda'})
        ring.rebalance()
        ring.get_ring().save(os.path.join(FOLDER, kind + '.ring.gz'))
        serve(pool, socket, write(kind + '.conf', {'DEFAULT': common, 'app:main': {'use': 'egg:swift#' + kind}}))
    sections = {'filter:' + name: {'use': 'egg:swift#' + name} for name in PIPELINE[:-1]}
    sections['filter:s3api'].update({'location': 'us-east-1', 's3_acl': 'false'})
    sections['filter:tempauth']['user_test_' + USER] = SECRET + ' .admin'
    sections.update({
        'DEFAULT': common,
        'pipeline:main': {'pipeline': ' '.join(PIPELINE)},
        'app:proxy-server': {'use': 'egg:swift#proxy', 'account_autocreate': 'true', 'allow_account_management': 'true'},
    })
    proxy = listen()
    serve(pool, proxy, write('proxy.conf', sections))
    print('ready', proxy.getsockname()[1], flush=True)
    # A thread of the system's: reading would stop all green ones.
    eventlet.patcher.original('threading').Thread(target=end_with_owner, daemon=True).start()
    pool.waitall()


main()
