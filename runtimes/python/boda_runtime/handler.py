"""Finds the function that `_HANDLER` names.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import os
import sys

from .errors import Fault


def prepare_path(layers="/opt", sdk=None):
    """Puts the function's folder and its layers before everything else, in AWS's order; the SDK where AWS has it, after
    the standard library and before what else this interpreter has."""
    task_root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    runtime_folder = os.environ.get("LAMBDA_RUNTIME_DIR", "/var/runtime")
    # A PYTHONPATH of the function's own stands for the layers' folders: then they are in it, or not wanted.
    given = os.environ.get("PYTHONPATH", runtime_folder).split(os.pathsep)
    ours = [entry for entry in given if entry != sdk] == [runtime_folder]
    of_layers = [layers + "/python/lib/" + _version() + "/site-packages", layers + "/python"] if ours else []
    first = [task_root] + of_layers + sys.path[:1]
    rest = [entry for entry in sys.path if entry not in first and entry != sdk]
    sys.path[:] = first + (rest if sdk is None else _with(sdk, rest))


def _version():
    """As layers have it in the names of their folders: the runtime's, even where another interpreter stands in."""
    runtime = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("_")[2]
    return runtime if runtime.startswith("python") else "python{}.{}".format(*sys.version_info[:2])


def _with(sdk, path):
    standard = os.path.dirname(os.__file__)
    ends = [i for i, entry in enumerate(path, 1) if entry in (standard, os.path.join(standard, "lib-dynload"))]
    after = max(ends, default=len(path))
    return path[:after] + [sdk] + path[after:]


def load(name):
    """The handler called `module.function`; modules may be nested by dots or slashes."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as e:
        raise Fault("Runtime.MalformedHandlerName", "Bad handler '{}': {}".format(name, e))
    if module_name.split(".")[0] in sys.builtin_module_names:
        message = "Cannot use built-in module {} as a handler module".format(module_name)
        raise Fault("Runtime.BuiltInModuleConflict", message)
    module = _imported(module_name)
    try:
        return getattr(module, function_name)
    except AttributeError:
        message = "Handler '{}' missing on module '{}'".format(function_name, module_name)
        raise Fault("Runtime.HandlerNotFound", message)


def _imported(name):
    try:
        return importlib.import_module(name.replace("/", "."))
    except ImportError as e:
        raise Fault("Runtime.ImportModuleError", "Unable to import module '{}': {}".format(name, e))
    except SyntaxError as e:
        trace = ['  File "{}" Line {}\n    {}'.format(e.filename, e.lineno, e.text)]
        raise Fault("Runtime.UserCodeSyntaxError", "Syntax error in module '{}': {}".format(name, e), trace)
