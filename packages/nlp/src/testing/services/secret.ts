/** The only credentials that stand-ins take. They open nothing else. */
export const standInSecret = { id: 'STANDIN0000000000001', key: 'stand-in-secret-of-no-worth' } as const;
