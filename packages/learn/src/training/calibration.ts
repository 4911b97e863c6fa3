import type { Network } from '../network/index.ts';
import { evaluateNetwork } from './evaluate-network.ts';
import type { EncodedSet } from './train-network.ts';

/** Temperatures that are looked at lie between these. */
const COOLEST = 0.05;
const HOTTEST = 20;
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const ROUNDS = 24;

/**
 * Divides the network's scores by the temperature that makes its loss on a set least (Guo et al. 2017), found by golden
 * section on the temperature's logarithm. The order of classes stays; the weights of the last layer change.
 *
 * @returns the temperature.
 */
export function calibrate(network: Network, set: EncodedSet): number {
  const { output } = network;
  const kept = output.parameters.map(({ value }) => value.slice());
  const temper = (logarithm: number) => {
    output.parameters.forEach(({ value }, i) => {
      value.set(kept[i]!);
    });
    output.temper(Math.exp(logarithm));
  };
  const loss = (logarithm: number) => {
    temper(logarithm);
    return evaluateNetwork(network, set).loss;
  };
  let [low, high] = [Math.log(COOLEST), Math.log(HOTTEST)];
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [loss(left), loss(right)];
  for (let round = 0; round < ROUNDS; round++) {
    if (atLeft <= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = loss(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = loss(right);
    }
  }
  const best = (low + high) / 2;
  temper(best);
  return Math.exp(best);
}
