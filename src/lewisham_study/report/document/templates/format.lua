-- Formats a document with its citations for the output: HTML, Typst, Word or plain text. Beside a page it writes the
-- body of the PDF, so that both are read and cited once.

dofile("brackets.lua")

local LONGEST_UNBROKEN = 14 -- lines of a table that stays on one page
local LONGEST_LEAD = 420 -- letters of the text before a list that stays with it
local SHORTEST_LEAD = 240 -- letters, of two lines
local LONGEST_LIST = 1200 -- letters of a list that stays on one page
local CARD_WIDTHS = { 0.27, 0.43, 0.3 } -- of the columns in which conflicting claims are compared
local LINE, SHORT, PADDING = 102, 24, 4 -- letters: in the line of a table, of a short value, between columns
local NOWRAP = 17 -- letters of the longest value in a column whose lines are not wrapped: 30 September 2016
local FAR = "^[%w-]+%.html#[ft][ib][gl]%-" -- the address of a figure or table of another document
local format, html, typst
local show_code, brief = false, false
local floats = false -- whether a figure may go to the next page, and the text after it take its place
local images = "" -- the folder of the pictures as PNG

local function text_of(x)
  return pandoc.utils.stringify(x)
end

local function part(div, class)
  for _, block in ipairs(div.content) do
    if block.t == "Div" and block.classes:includes(class) then return block.content end
  end
  return pandoc.Blocks({})
end

local function inlines(blocks)
  return pandoc.utils.blocks_to_inlines(blocks)
end

local function escape(s)
  return (s:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }))
end

local function typst_string(s)
  return '"' .. s:gsub('[\\"]', "\\%0") .. '"'
end

-- pandoc.py replaces this with the file itself, as pandoc is slow with megabytes.
local function embed(name)
  return "\u{e001}" .. name .. "\u{e001}"
end

local function raw(text)
  return pandoc.RawBlock(html and "html" or "typst", text)
end

local function download_links(label, number, endings)
  local links = {}
  if endings[1] == "svg" and images ~= "" then
    local place = images .. "/" .. label .. ".png"
    table.insert(links, string.format('<li><a href="%s">PNG<span class="hidden"> of %s</span></a></li>', place, number))
  end
  for _, ending in ipairs(endings) do
    local name = label .. "." .. ending
    -- The page's script links to the image shown, so that the page holds each figure only once.
    local shown = ending == "svg"
    table.insert(links, string.format('<li%s><a download="%s"%s>%s<span class="hidden"> of %s</span></a></li>',
      shown and " hidden" or "", name, shown and "" or string.format(' href="%s"', embed(name)), ending:upper(), number))
  end
  return '<ul class="downloads">' .. table.concat(links) .. "</ul>"
end

-- A page aligns columns by class, as its content security policy forbids style attributes.
local function mark_columns(tbl)
  local rows = pandoc.List({})
  rows:extend(tbl.head.rows)
  rows:extend(tbl.bodies[1].body)
  for i, spec in ipairs(tbl.colspecs) do
    local longest = 0
    for _, row in ipairs(tbl.bodies[1].body) do
      longest = math.max(longest, utf8.len(text_of(row.cells[i].contents)))
    end
    for _, row in ipairs(rows) do
      if spec[1] == "AlignRight" then row.cells[i].classes:insert("right") end
      if longest <= NOWRAP then row.cells[i].classes:insert("unbroken") end
    end
  end
  tbl.colspecs = tbl.colspecs:map(function() return { "AlignDefault", nil } end)
  return tbl
end

local function plain_table(tbl)
  tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
  return html and mark_columns(tbl) or tbl
end

local function scroll(blocks, name)
  local out = pandoc.Blocks({ raw('<div class="scroll" role="region" tabindex="0" aria-label="' .. escape(name) .. '">') })
  out:extend(blocks)
  out:insert(raw("</div>"))
  return out
end

local function html_exhibit(div, isFigure)
  local label = div.identifier
  local number = div.attributes.number
  local out = pandoc.Blocks({ raw(string.format('<figure id="%s" class="exhibit">', label)) })
  out:insert(raw('<figcaption><strong class="number">' .. number .. ".</strong> "))
  out:insert(pandoc.Plain(inlines(part(div, "title"))))
  out:insert(raw("</figcaption>"))
  if isFigure then
    local image = string.format('<img src="%s" alt="%s">', embed(label .. ".svg"), escape(div.attributes.alt))
    if div.classes:includes("phone") then -- the same figure, drawn for a phone
      local narrow = '<source media="(max-width: 36rem)" srcset="' .. embed(label .. ".narrow") .. '">'
      image = '<picture>' .. narrow .. image .. '</picture>'
    end
    out:extend(scroll({ raw(image) }, number))
  else
    out:extend(scroll(part(div, "body"):map(function(b) return b.t == "Table" and plain_table(b) or b end), number))
  end
  out:insert(raw('<div class="note">'))
  out:extend(part(div, "caption"))
  out:insert(raw("</div>"))
  if isFigure then
    out:insert(raw('<details class="data"><summary>Data behind ' .. number .. "</summary>"))
    out:extend(scroll({ raw(embed(label .. ".rows")) }, "Data behind " .. number))
    out:insert(raw("</details>"))
  end
  out:insert(raw(download_links(label, number, isFigure and { "svg", "csv" } or { "csv" })))
  out:insert(raw("</figure>"))
  return out
end

local function typst_figure(div)
  local label, title = div.identifier, inlines(part(div, "title"))
  local alt = typst_string(div.attributes.alt)
  local out = pandoc.Blocks({ raw("#exhibit(" .. typst_string(label) .. ", " .. alt .. ", caption: [") })
  out:insert(pandoc.Plain(title))
  out:insert(raw("], source: ["))
  out:extend(part(div, "caption"))
  out:insert(raw(div.classes:includes("float") and "], float: true)" or "])"))
  return out
end

-- In a table wider than the line, columns of short values get the width they need and columns of text share the rest.
local function fit_columns(tbl)
  local wants, totals, natural = {}, {}, 0
  for i in ipairs(tbl.colspecs) do
    local head = text_of(tbl.head.rows[1].cells[i].contents)
    local longest, total = utf8.len(head) // 2, 0
    for word in head:gmatch("%S+") do longest = math.max(longest, utf8.len(word)) end
    for _, row in ipairs(tbl.bodies[1].body) do
      local size = utf8.len(text_of(row.cells[i].contents))
      longest, total = math.max(longest, size), total + size
    end
    wants[i], totals[i] = longest + PADDING, total
    natural = natural + math.max(longest, utf8.len(head)) + PADDING
  end
  if natural <= LINE then return tbl end
  local rest, texts = LINE, 0
  for i, want in ipairs(wants) do
    if want <= SHORT then rest = rest - want else texts = texts + totals[i] end
  end
  for i, want in ipairs(wants) do
    local share = want <= SHORT and want or math.max(SHORT, rest * totals[i] / texts)
    tbl.colspecs[i] = { tbl.colspecs[i][1], share }
  end
  local sum = 0
  for _, spec in ipairs(tbl.colspecs) do sum = sum + spec[2] end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], spec[2] / sum } end
  return tbl
end

-- Count the lines of a table, its header included; in a column of fixed width, long text takes several.
local function count_lines(tbl)
  local lines = 0
  for _, row in ipairs({ tbl.head.rows[1], table.unpack(tbl.bodies[1].body) }) do
    local most = 1
    for i, cell in ipairs(row.cells) do
      local share = tbl.colspecs[i][2]
      if share then most = math.max(most, math.ceil(utf8.len(text_of(cell.contents)) / (share * LINE))) end
    end
    lines = lines + most
  end
  return lines
end

-- A long table breaks between pages, so its note goes above it, on the first page.
local function typst_table(div)
  local body, title, note = part(div, "body"), inlines(part(div, "title")), part(div, "caption")
  local lines = 0
  body = body:map(function(block)
    if block.t ~= "Table" then return block end
    block.identifier = div.identifier
    local fitted = fit_columns(plain_table(block))
    lines = lines + count_lines(fitted)
    return fitted
  end)
  local long = lines > LONGEST_UNBROKEN
  local caption = pandoc.Blocks({ raw("#note[") })
  caption:extend(note)
  caption:insert(raw("]"))
  for _, block in ipairs(body) do
    if block.t == "Table" then
      block.caption.long = pandoc.Blocks({ pandoc.Plain(title) })
      if long then block.caption.long:extend(caption) end
    end
  end
  local out = pandoc.Blocks({ raw(long and "#long[" or floats and "#keep(whole: false)[" or "#keep[") })
  out:extend(body)
  if not long then out:extend(caption) end
  out:insert(raw("]"))
  return out
end

-- Only the captions are needed as plain text: between two marks, after the label.
local function plain_exhibit(div)
  local out = pandoc.Blocks({ pandoc.Plain("\u{e000} " .. div.identifier .. " ") })
  out:extend(part(div, "caption"))
  out:insert(pandoc.Plain("\u{e000}"))
  return out
end

-- The first page of a book: what is between the two marks.
local function mark_cover(div)
  if div.classes:includes("cover-begin") then return typst and raw("#cover(details)[") or {} end
  if div.classes:includes("cover-end") then return typst and raw("]") or {} end
end

-- Columns as wide as their longest value, within limits, which together fill the line.
local function share_columns(tbl)
  local sum, wants = 0, {}
  for i in ipairs(tbl.colspecs) do
    local head = text_of(tbl.head.rows[1].cells[i].contents)
    local longest, word = utf8.len(head) // 2, 6
    for part in head:gmatch("%S+") do word = math.max(word, utf8.len(part)) end
    for _, row in ipairs(tbl.bodies[1].body) do
      longest = math.max(longest, utf8.len(text_of(row.cells[i].contents)))
    end
    -- The words of a heading are bold, and are not to be cut.
    wants[i] = math.max(math.min(longest, 2 * SHORT), word + 2) + PADDING
    sum = sum + wants[i]
  end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], wants[i] / sum } end
  return tbl
end

local function styled(blocks, style)
  return pandoc.Div(blocks, { ["custom-style"] = style })
end

-- In Word a figure is a picture with its alternative text, a table has its title as caption; both have a note.
local function docx_exhibit(div, isFigure)
  local label = div.identifier
  local title = pandoc.Inlines({ pandoc.Str(div.attributes.number .. ". ") })
  title:extend(inlines(part(div, "title")))
  local out = pandoc.Blocks({})
  if isFigure then
    local image = pandoc.Image(div.attributes.alt, label .. ".png", "", { width = "16cm" })
    out:insert(styled({ pandoc.Para(title) }, "Table Caption"))
    out:insert(pandoc.Para({ image }))
  else
    for _, block in ipairs(part(div, "body")) do
      if block.t == "Table" then
        block = share_columns(block)
        block.caption.long = pandoc.Blocks({ pandoc.Plain(title) })
      end
      out:insert(block)
    end
  end
  out:insert(styled(part(div, "caption"), "Source Note"))
  return pandoc.Div(out, { id = label })
end

local function format_div(div)
  if div.classes:includes("exhibit") then
    if format == "plain" then return plain_exhibit(div) end
    local isFigure = div.classes:includes("figure")
    if format == "docx" then return docx_exhibit(div, isFigure) end
    if html then return html_exhibit(div, isFigure) end
    return isFigure and typst_figure(div) or typst_table(div)
  elseif div.classes[1] and div.classes[1]:match("^cover%-") then
    return format == "plain" and {} or mark_cover(div)
  elseif div.classes:includes("code") then
    if brief then return {} end
    if html then
      local open = show_code and " open" or ""
      local out = pandoc.Blocks({ raw('<details class="code"' .. open .. "><summary>Code</summary>") })
      out:extend(div.content)
      out:insert(raw("</details>"))
      return out
    end
    return show_code and div.content or {}
  end
end

-- A section that begins with a table in the text, such as a comparison of conflicting claims, becomes a card.
local function is_card(blocks, i)
  return blocks[i].t == "Header" and blocks[i].level == 3 and blocks[i + 1] and blocks[i + 1].t == "Table"
end

local function make_card(blocks, first)
  local title, tbl = text_of(blocks[first].content), blocks[first + 1]
  local out, last = pandoc.Blocks({}), first + 1
  while blocks[last + 1] and blocks[last + 1].t == "Para" do last = last + 1 end
  if html then
    tbl = plain_table(tbl)
  else
    for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], CARD_WIDTHS[i] } end
  end
  if typst then out:insert(raw("#card[")) end
  out:insert(blocks[first])
  if html then out:extend(scroll({ tbl }, title)) else out:insert(tbl) end
  for i = first + 2, last do out:insert(blocks[i]) end
  if typst then out:insert(raw("]")) end
  return out, last
end

-- A heading and the short text below it stay on the page of the list that follows, and a heading with a line or two on
-- that of its figure. After more text a figure may go to the next page alone.
local function find_lead(blocks, first)
  local last, letters = first, 0
  for i = first + 1, #blocks do
    local block = blocks[i]
    if block.t == "Para" then
      last, letters = i, letters + utf8.len(text_of(block))
    elseif block.t == "BulletList" or block.t == "CodeBlock" then
      return last > first and letters <= LONGEST_LEAD and last or nil
    elseif block.t == "Div" and block.classes:includes("exhibit") then
      return last > first and letters <= SHORTEST_LEAD and last or nil
    elseif not (block.t == "Div" and block.classes:includes("code") and not show_code) then
      return nil
    end
  end
end

-- A section that is one short list is not broken, which could leave its last item alone on a page.
local function is_short_list(blocks, i)
  local list, after = blocks[i + 1], blocks[i + 2]
  return blocks[i].t == "Header" and list and list.t == "BulletList" and (not after or after.t == "Header")
    and utf8.len(text_of(list)) <= LONGEST_LIST
end

local function arrange(blocks)
  local out, i, letters = pandoc.Blocks({}), 1, 0
  while i <= #blocks do
    letters = blocks[i].t == "Header" and 0 or letters + (blocks[i].t == "Para" and utf8.len(text_of(blocks[i])) or 0)
    if floats and letters > SHORTEST_LEAD and blocks[i].t == "Div" and blocks[i].classes:includes("figure") then
      blocks[i].classes:insert("float")
    end
    local lead = typst and blocks[i].t == "Header" and find_lead(blocks, i)
    if is_card(blocks, i) then
      local card, last = make_card(blocks, i)
      out:extend(card)
      i = last
    elseif typst and is_short_list(blocks, i) then
      out:extend({ raw("#keep["), blocks[i], blocks[i + 1], raw("]") })
      i = i + 1
    elseif lead then
      out:insert(blocks[i])
      out:insert(raw("#lead["))
      for j = i + 1, lead do out:insert(blocks[j]) end
      out:insert(raw("]"))
      i = lead
    else
      out:insert(blocks[i])
    end
    i = i + 1
  end
  return out
end

-- Typst does not write alternative text for formulas, and PDF/UA requires it.
local function describe_formula(math)
  local shown = pandoc.write(pandoc.Pandoc({ pandoc.Plain({ math }) }), "typst"):gsub("%s+$", "")
  local block = math.mathtype == "DisplayMath" and "true" or "false"
  return pandoc.RawInline("typst",
    string.format("#math.equation(block: %s, alt: %s, %s)", block, typst_string(math.text), shown))
end

local function format_document(doc, name)
  format, html, typst = name, name:match("html") ~= nil, name == "typst"
  doc.blocks = format == "plain" and doc.blocks or arrange(doc.blocks)
  -- A PDF's first heading must be of level 1; in a page the title is that.
  local changes = {}
  if not html and not doc.meta.book then
    function changes.Header(h)
      h.level = h.level - 1
      return h
    end
  end
  if not html then
    function changes.Link(l) return l.target:match(FAR) and l.content or nil end
  end
  if typst then changes.Math = describe_formula end
  if format == "plain" then
    changes.Emph = function(e) return e.content end
    changes.Strong = changes.Emph
  end
  if next(changes) then doc = doc:walk(changes) end
  -- Exhibits, code and marks are never inside another block.
  local formatted = pandoc.Blocks({})
  for _, block in ipairs(doc.blocks) do
    local made = block.t == "Div" and format_div(block)
    if not made then
      formatted:insert(block)
    elseif made.t then
      formatted:insert(made)
    else
      formatted:extend(made)
    end
  end
  doc.blocks = formatted
  return doc
end

function Pandoc(doc)
  local meta = doc.meta
  images, floats = text_of(meta.images or ""), meta.floats == true
  show_code, brief = meta["show-code"] == true, meta.brief == true
  if meta["typst-body"] then
    local file = assert(io.open(text_of(meta["typst-body"]), "wb"))
    local body = format_document(doc:clone(), "typst")
    file:write((pandoc.write(body, "typst-citations", { wrap_text = "none" }):gsub("%s*$", "\n")))
    file:close()
  end
  return format_document(doc, FORMAT)
end
