/** Today on the region's calendar, `YYYY-MM-DD`, to start date fields with. */
export function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date());
}
