/** A statement as a large bank of the mainland exports it, in GBK; written in Base64, because editors would re-encode it. */
export const GBK_STATEMENT = Buffer.from(
  [
    '1cu6xSwzMzA0MDEwMDEwMDAwMDEyMzQsu6fD+yzH+NPyuau5srL6xre5qbj4u/m98LvhLLHS1tYsyMvD8bHSLAq9u9LX',
    'yNXG2iy9u9LXwffLrrrFLLT7t723osn6tu4o1KopLL3ot723osn6tu4o1KopLLbUt727p8P7LLbUt73Vy7rFLLi90dQK',
    'MjAyNjAzMDIsMjAyNjAzMDItMDAwMDEsIjMwLDAwMC4wMCIsLLzOycbP2LLG1f6+1iwzMzA0MDAyMjAwMDEsUkotMjAy',
    'Ni0wMTggtdrSu8baCjIwMjYwMzA1LDIwMjYwMzA1LTAwMDAyLCI4LDAwMC4wMCIsLMyrxta608q10rW8r83FLDMyMDUw',
    'MDExMDAwMizN+cC0v+4KMjAyNjAzMTAsMjAyNjAzMTAtMDAwMDMsNTIwLjAwLCyzws/+LDYyMjIwMDAwMDAwMDEsyca/',
    '7goyMDI2MDMxMSwyMDI2MDMxMS0wMDAwNCwsMzUuMDAsLCzK1tD4t9EKus+8xiwsIjM4LDUyMC4wMCIsMzUuMDAsLCwK',
  ].join(''),
  'base64',
);
