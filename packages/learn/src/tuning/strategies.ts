import type { Random } from '../random/index.ts';
import { badSearch, gridOf, type SearchSpace } from './space.ts';

interface Candidate {
  /** In the unit cube. */
  readonly point: Float64Array;
  readonly budget: number;
}

/** Gives batches of candidates, and is given their losses (the smaller the better; Infinity where one failed). */
export type Strategy = Generator<readonly Candidate[], void, readonly number[]>;

const drawPoint = (size: number, random: Random) => Float64Array.from({ length: size }, () => random.next());

export function* gridStrategy(space: SearchSpace, steps: number, budget: number): Strategy {
  let points: number[][] = [[]];
  for (const spec of Object.values(space)) {
    const axis = gridOf(spec, steps);
    if (points.length * axis.length > 1e6) throw badSearch('the grid has over a million points');
    points = points.flatMap((point) => axis.map((value) => [...point, value]));
  }
  yield points.map((point) => ({ point: Float64Array.from(point), budget }));
}

export function* randomStrategy(size: number, trials: number, budget: number, random: Random): Strategy {
  yield Array.from({ length: trials }, () => ({ point: drawPoint(size, random), budget }));
}

/** Successive halving (Jamieson and Talwalkar 2016): of each round the best 1/eta go on, with eta times the budget. */
export function* halvingStrategy(
  size: number,
  trials: number,
  { least, most, eta }: { readonly least: number; readonly most: number; readonly eta: number },
  random: Random,
): Strategy {
  if (!(least > 0 && least <= most && eta > 1)) throw badSearch(`budgets cannot go from ${least} to ${most} by ${eta}`);
  let points = Array.from({ length: trials }, () => drawPoint(size, random));
  for (let budget = least; ; budget = Math.min(most, budget * eta)) {
    const losses = yield points.map((point) => ({ point, budget }));
    if (budget >= most || points.length === 1) return;
    const order = Array.from(points.keys()).sort((a, b) => losses[a]! - losses[b]! || a - b);
    points = order.slice(0, Math.max(1, Math.floor(points.length / eta))).map((i) => points[i]!);
  }
}

/** A genetic algorithm: tournaments of three, uniform crossover, mutation anew or nearby; the best two stay. */
export function* geneticStrategy(
  size: number,
  trials: number,
  population: number,
  budget: number,
  random: Random,
): Strategy {
  let living: { point: Float64Array; loss: number }[] = [];
  for (let left = trials; left > 0; ) {
    const parents = living;
    const tournament = () =>
      Array.from({ length: 3 }, () => parents[random.integer(parents.length)]!).reduce((best, one) =>
        one.loss < best.loss ? one : best,
      ).point;
    const elite = living.toSorted((a, b) => a.loss - b.loss).slice(0, 2);
    const count = Math.min(left, population - elite.length);
    const points = Array.from({ length: count }, () => {
      if (parents.length === 0) return drawPoint(size, random);
      const [mother, father] = [tournament(), tournament()];
      return mother.map((value, i) => {
        const inherited = random.next() < 0.5 ? value : father[i]!;
        const chance = random.next();
        if (chance < 0.1) return random.next();
        return chance < 0.4 ? Math.min(1, Math.max(0, inherited + 0.1 * random.normal())) : inherited;
      });
    });
    const losses = yield points.map((point) => ({ point, budget }));
    left -= count;
    living = [...elite, ...points.map((point, i) => ({ point, loss: losses[i]! }))];
  }
}

/** Particle swarm optimisation with the constriction of Clerc and Kennedy (2002). */
export function* swarmStrategy(
  size: number,
  trials: number,
  population: number,
  budget: number,
  random: Random,
): Strategy {
  const [inertia, pull] = [0.7298, 1.49618];
  const particles = Array.from({ length: Math.min(population, trials) }, () => {
    const at = drawPoint(size, random);
    return { at, speed: at.map(() => 0.2 * (random.next() - 0.5)), best: at.slice(), loss: Number.POSITIVE_INFINITY };
  });
  for (let left = trials; left > 0; ) {
    const moving = particles.slice(0, left);
    const losses = yield moving.map(({ at }) => ({ point: at.slice(), budget }));
    left -= moving.length;
    moving.forEach((particle, i) => {
      if (losses[i]! < particle.loss) Object.assign(particle, { best: particle.at.slice(), loss: losses[i]! });
    });
    const leader = particles.reduce((best, one) => (one.loss < best.loss ? one : best)).best;
    for (const { at, speed, best } of particles) {
      for (let i = 0; i < size; i++) {
        speed[i] =
          inertia * speed[i]! +
          pull * random.next() * (best[i]! - at[i]!) +
          pull * random.next() * (leader[i]! - at[i]!);
        at[i] = at[i]! + speed[i]!;
        if (at[i]! >= 0 && at[i]! <= 1) continue;
        at[i] = at[i]! < 0 ? 0 : 1;
        speed[i] = 0;
      }
    }
  }
}
