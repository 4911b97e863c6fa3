import { expect, test } from 'vitest';
import { parsePythonParams } from './params-python.ts';

test('literals of the top level, of classes and their __init__ are read; nothing is executed', () => {
  const text = `
import os
INT = 5
NEGATIVE = -3
FLOAT: float = 1e-3
TEXT = 'it''s'  # a remark
FLAG = True
NOTHING = None
LIST = [1, 2.0, "x",
        (3, 4)]
MAP = {"a": {"b": 1}, 'c': [True]}
CALL = os.system("false")
SUM = INT + 1

class Train:
    rate = 0.5

    def __init__(self):
        self.steps = 10
        local = 3

    def other(self):
        self.hidden = 1

def function():
    inside = 1
`;
  expect(parsePythonParams(text, 'params.py')).toEqual({
    INT: 5n,
    NEGATIVE: -3n,
    FLOAT: 0.001,
    TEXT: 'its',
    FLAG: true,
    NOTHING: null,
    LIST: [1n, 2, 'x', [3n, 4n]],
    MAP: { a: { b: 1n }, c: [true] },
    Train: { rate: 0.5, steps: 10n },
  });
});
