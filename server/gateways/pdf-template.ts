/** The one template of printed documents: receipts and statements differ in what they say, not in how they look. */
export const STATEMENT_TEMPLATE = `
#let doc = json(bytes(sys.inputs.document))
#let green = rgb("#0f5a54")
#let soft = rgb("#5b6770")
#set document(title: doc.title, author: doc.issuer)
#set text(font: "Noto Sans SC", size: 10pt, lang: doc.lang, fill: rgb("#16211f"))
#set par(leading: 0.8em)
#set page(
  paper: "a4",
  margin: (x: 22mm, top: 26mm, bottom: 22mm),
  background: if doc.watermark != "" {
    rotate(-32deg, text(size: 40pt, weight: 700, fill: rgb("#0f5a5414"), doc.watermark))
  },
  footer: context [
    #set text(size: 8pt, fill: soft)
    #doc.issuer #h(1fr) #counter(page).display("1 / 1", both: true)
  ],
)
#text(size: 9pt, fill: soft, doc.issuer)
#v(2mm)
#line(length: 100%, stroke: 1.2pt + green)
#v(6mm)
#heading(level: 1, outlined: false, text(size: 20pt, fill: green, doc.title))
#v(1mm)
#text(size: 11pt, fill: soft, doc.subtitle)
#v(8mm)
#for (label, value) in doc.facts {
  grid(
    columns: (38mm, 1fr),
    gutter: 4mm,
    text(fill: soft, label), text(weight: 700, value),
  )
  v(2.2mm)
}
#if doc.table != none {
  v(5mm)
  table(
    columns: doc.table.head.len(),
    stroke: (x, y) => (bottom: if y == 0 { 0.8pt + green } else { 0.4pt + rgb("#d5dddb") }),
    inset: (x: 2mm, y: 2.2mm),
    align: (x, y) => if doc.table.amounts.contains(x) { right } else { left },
    table.header(..doc.table.head.map(cell => text(fill: soft, size: 9pt, cell))),
    ..doc.table.rows.flatten(),
  )
}
#v(8mm)
#for remark in doc.remarks {
  text(size: 9pt, fill: soft, remark)
  parbreak()
}
`;
