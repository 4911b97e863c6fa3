import { randomInt } from 'node:crypto';

const qualities =
  'able airy amber ample aqua arch azure bold brave brief bright brisk calm candid clean clear coral cosy crisp deep deft dense early easy eager even exact fair fast fine firm fleet fond frank free fresh full gentle glad golden good grand green happy hardy honest humble ideal jolly just keen kind large late lean level light lilac lively local loyal lucid lucky lunar major mellow merry mild modest naive neat new noble novel olive open oval pale plain polar polite prime proud pure quick quiet rapid rare ready red regal rich ripe robust rosy round royal rural safe sandy sharp shy silent silver simple sleek slow smart smooth snowy sober soft solar solid sound spare stable steady still stout sunny super supple sure sweet swift tall tame teal tidy tiny topaz true urban valid vast vivid warm wavy white whole wild wise witty young zesty'.split(
    ' ',
  );
const things =
  'acorn agate anvil apple arbor atlas badge basil beach beacon birch bison bloom bridge brook canal canoe cedar chart cliff cloud clover comet coral crane creek crown daisy delta dune eagle ember falcon fern field finch fjord flame flint forest fox garden geyser glade grain grove gull harbor haven hazel heath heron hill holly inlet island ivory jade jasper kayak kelp kite lagoon lake larch lark laurel leaf ledge lemon lily linden lotus lynx maple marble marsh meadow mesa mint moon moss nectar nest north oak oasis ocean olive onyx opal orbit orchid osprey otter owl palm peak pearl pebble petal pine plain planet pond poplar prairie prism quartz quill rain raven reef ridge river robin rowan sail sage sand seal shell shore sierra sky slate snow spark spring spruce star stone storm stream summit swan thistle tide timber trail tulip valley violet walnut wave willow wind wren yarrow zephyr'.split(
    ' ',
  );

/** A name such as `brisk-otter` that is not taken. */
export function randomName(isTaken: (name: string) => boolean): string {
  const one = (words: readonly string[]) => words[randomInt(words.length)]!;
  for (let tries = 0; tries < 100; tries++) {
    const name = `${one(qualities)}-${one(things)}`;
    if (!isTaken(name)) return name;
  }
  return `${one(qualities)}-${one(things)}-${randomInt(1e9)}`;
}
