/** Words and phrases of earnings calls, chosen by hand. Lower case; `,` between entries. */

function list(...entries: readonly string[]): readonly string[] {
  return entries.flatMap((entry) => entry.split(',').map((phrase) => phrase.trim().replaceAll(/\s+/gu, ' ')));
}

/** Entries → what each adds: 2 where hardly any context turns it, 1 otherwise, 0 for phrases that only look loaded. */
export const polarity: ReadonlyMap<string, number> = new Map([
  ...list(
    `record, all-time high, outstanding, exceptional, excellent, outperformed, outperform, exceeded expectations,
     exceeded our expectations, ahead of expectations, ahead of plan, ahead of schedule, better than expected,
     better-than-expected, above the high end, raised guidance, raising our guidance, raising guidance,
     raised our outlook, raising our outlook, thrilled, delighted, breakthrough, best-in-class, market-leading,
     industry-leading, double-digit growth, margin expansion, share gains, gained share, gaining share, proud,
     very pleased, extremely pleased, remarkable, tremendous, stellar, robust`,
  ).map((phrase) => [phrase, 2] as const),
  ...list(
    `strong, stronger, strongest, strongly, strength, solid, healthy, pleased, encouraged, encouraging, exciting,
     excited, confident, confidence, optimistic, favorable, favorably, attractive, accretive, profitable, profitably,
     profitability, momentum, success, successful, successfully, win, wins, won, winning, achieve, achieved,
     achievement, accomplish, accomplished, accomplishment, improve, improved, improves, improvement, improvements,
     improving, better, best, efficient, efficiently, efficiencies, synergy, synergies, opportunity, opportunities,
     tailwind, tailwinds, upside, rebound, rebounded, recovery, recovered, recovering, accelerate, accelerated,
     accelerating, acceleration, outpaced, exceed, exceeded, exceeds, exceeding, beat, surpassed, delivered, benefit,
     benefits, benefited, benefiting, innovative, innovation, leading, leadership, leader, differentiated, loyal,
     satisfied, satisfaction, enthusiasm, enthusiastic, happy, glad, great, good, terrific, fantastic, impressive,
     nice, nicely, positive, gain, gains, on track, well positioned, well-positioned, upgrade, upgraded, resilient,
     resilience, stabilized, stabilizing, enhance, enhanced, enhances, enhancing, strengthen, strengthened,
     strengthening, premium, compelling, rewarding, reward, milestone, milestones, progress, traction, robustly,
     deleveraging, deleveraged, investment grade, complementary, unmatched, superior, value creation, turnaround,
     came in above, vibrant, ramping nicely, renewed, retained`,
  ).map((phrase) => [phrase, 1] as const),
  ...list(
    `bankruptcy, bankrupt, fraud, fraudulent, default, defaulted, restatement, restated, material weakness,
     going concern, impairment, impairments, write-down, write-downs, writedown, write-off, write-offs, layoffs,
     layoff, plant closure, closures, recall, recalls, lawsuit, lawsuits, subpoena, investigation, missed expectations,
     below expectations, below our expectations, short of expectations, short of our expectations, behind plan,
     behind schedule, lowered guidance, lowering guidance, lowering our guidance, cut our guidance, reducing guidance,
     withdrew guidance, withdrawing guidance, worse than expected, worse than we expected, disappointing, disappointed,
     disappointment, terrible, severe, severely, deteriorated, deteriorating, deterioration, plummeted, plunged,
     collapse, collapsed, crisis, unacceptable, lost share, share loss, margin compression, breach, covenant violation,
     suspended, terminated, cyberattack, data breach`,
  ).map((phrase) => [phrase, -2] as const),
  ...list(
    `weak, weaker, weakest, weakness, soft, softer, softness, softening, sluggish, slow, slower, slowdown, slowed,
     slowing, difficult, difficulty, difficulties, challenge, challenges, challenged, challenging, tough, tougher,
     headwind, headwinds, pressure, pressures, pressured, adverse, adversely, unfavorable, unfavorably, negative,
     negatively, loss, losses, lost, lose, losing, miss, missed, fail, failed, failure, failures, delay, delays,
     delayed, delaying, disruption, disruptions, disrupted, shortage, shortages, constraint, constraints, constrained,
     problem, problems, concern, concerned, concerns, worried, worry, uncertain, uncertainty, volatile, volatility,
     downturn, recession, inflationary, bottleneck, bottlenecks, penalty, penalties, litigation, dispute, disputes,
     unprofitable, dilutive, dilution, downgrade, downgraded, hurt, hurting, harm, harmed, suffer, suffered, suffering,
     struggle, struggled, struggling, unfortunately, regret, bad, worse, worst, worsened, worsening, poor, poorly,
     disappoint, frustrating, frustrated, cancellation, cancellations, cancelled, canceled, erosion, eroded, eroding,
     overhang, obsolete, obsolescence, excess inventory, stoppage, outage, outages, strike, strikes, destocking,
     underperformed, underperforming, underperformance, shortfall, shortfalls, lagged, lagging, lag, setback, setbacks,
     restructuring charge, restructuring charges, severance, one-time charge, contraction, shrinking, shrank, fell short,
     came in below, pushed out, hesitant, cautious, caution, painful, turmoil, unresolved, deficit, deficits, hit,
     compressed, subdued, muted, stalled, unable`,
  ).map((phrase) => [phrase, -1] as const),
  ...list(
    `forward-looking statements, risks and uncertainties, risk factors, good morning, good afternoon, good evening,
     good day, best regards, thank you, great question, good question, nice quarter, great quarter, congratulations,
     differ materially, better understand, best of my knowledge, vice president, chief risk officer, as well as,
     good luck, lost you, win rate, negative number, at risk, a great deal, profit and loss, gain or loss,
     gains and losses, gains or losses, loss ratio, combined ratio, allowance for credit losses, benefit plan,
     benefit plans, employee benefits, leadership team, leadership transition, best efforts, pressure pumping,
     pressure vessel, record date, for the record, soft drinks, soft drink, strike price, hit rate, no problem,
     opportunity to ask, opportunity zone`,
  ).map((phrase) => [phrase, 0] as const),
]);

/** Ways up (1) and down (−1): loaded only together with what rises or falls. */
export const directions: ReadonlyMap<string, 1 | -1> = new Map([
  ...list(
    `increase, increased, increases, increasing, grew, grow, growing, grown, growth, rose, rise, rising, risen, higher,
     up, climbed, climbing, expand, expanded, expanding, expansion, jumped, surged, doubled, tripled, elevated, raised,
     raising`,
  ).map((word) => [word, 1] as const),
  ...list(
    `decrease, decreased, decreases, decreasing, decline, declined, declines, declining, fell, fall, falling, fallen,
     lower, lowered, down, drop, dropped, dropping, reduce, reduced, reduces, reducing, reduction, reductions, cut, cuts,
     dip, dipped, slipped, tumbled, halved, contracted`,
  ).map((word) => [word, -1] as const),
]);

/** What it is good (1) or bad (−1) to have more of. */
export const measures: ReadonlyMap<string, 1 | -1> = new Map([
  ...list(
    `revenue, revenues, sales, earnings, eps, ebitda, profit, profits, income, margin, margins, cash flow, cash flows,
     bookings, backlog, orders, demand, volume, volumes, guidance, outlook, dividend, dividends, retention, productivity,
     efficiency, utilization, market share, subscribers, customers, traffic, comparable sales, same-store sales, returns,
     return on equity, occupancy, pipeline, production, throughput, prices realized, net interest margin, liquidity,
     shipments, deliveries, yields`,
  ).map((measure) => [measure, 1] as const),
  ...list(
    `cost, costs, expense, expenses, debt, leverage, churn, attrition, delinquencies, charge-offs, inventories,
     inventory, capital intensity, downtime, turnover, spending, tax rate, interest expense, borrowings,
     input costs, freight, scrap, defects, complaints, days outstanding, overhead, unemployment, tariffs, inflation,
     net loss, burn, cash burn, nonperforming loans, provisions, reserves, vacancy, lead times`,
  ).map((measure) => [measure, -1] as const),
]);

/** Turn what follows them in the clause. */
export const negators: ReadonlySet<string> = new Set(
  list(`not, no, never, neither, nor, without, cannot, hardly, barely, lack, lacked, lacking, absence, isn't, wasn't,
    aren't, weren't, don't, doesn't, didn't, won't, wouldn't, can't, couldn't, shouldn't, hasn't, haven't, hadn't, less`),
);

/** Speak of what may be: what they touch counts half. */
export const hedges: ReadonlySet<string> = new Set(
  list(`may, might, could, would, should, if, expect, expects, expected, anticipate, anticipated, believe, hope, hopes,
    hoped, hopefully, potential, potentially, possible, possibly, perhaps, likely, somewhat, relatively, assuming,
    assume, try, trying, target, targeting, plan, plans, intend, unless, whether, maybe, probably, guess, modest,
    modestly, slightly, some, fairly, reasonably, appears, seems, seem, suggests`),
);

/** After them comes what the speaker means to leave the listener with. */
export const turns: ReadonlySet<string> = new Set(list('but, however, nevertheless, nonetheless, yet, still'));

/** Between them and the next comma stands what the rest of the sentence is said against. */
export const concessions: ReadonlySet<string> = new Set(
  list('despite, although, though, while, notwithstanding, offset, offsetting, offsets'),
);
