-- Checks a document, numbers its figures and tables, resolves references to them,
-- and formats them for the output: HTML, Typst or plain text.

local LONGEST_UNBROKEN = 14 -- lines of a table that stays on one page
local LONGEST_LEAD = 420 -- letters of the text before a list that stays with it
local SHORTEST_LEAD = 240 -- letters, of two lines
local LONGEST_LIST = 1200 -- letters of a list that stays on one page
local CARD_WIDTHS = { 0.27, 0.43, 0.3 } -- of the columns in which conflicting claims are compared
local LINE, SHORT, PADDING = 102, 24, 4 -- letters: in the line of a table, of a short value, between columns
local NOWRAP = 17 -- letters of the longest value in a column whose lines are not wrapped: 30 September 2016
local html = FORMAT:match("html") ~= nil
local typst = FORMAT == "typst"
local problems = {}
local numbers = {}
local place = "the report"
local show_code, brief = false, false
local sources = {}
local elsewhere = {} -- figures and tables of other documents, by label
local floats = false -- whether a figure may go to the next page, and the text after it take its place
local prefix = "" -- before the numbers of figures and tables
local images = "" -- the folder of the pictures as PNG

local function add_problem(text, hint)
  table.insert(problems, "PROBLEM " .. place .. ": " .. text .. "; " .. hint)
end

local function text_of(x)
  return pandoc.utils.stringify(x)
end

local function is_cell(block)
  return block.t == "Div" and block.classes:includes("cell")
end

local function name_place(cell)
  return cell.attributes.notebook .. ", cell " .. cell.attributes.cell
end

-- Cells are checked in order, so that every problem can name its cell.

local function check_cell(div, last_level)
  place = name_place(div)
  local level = last_level
  div:walk({
    traverse = "topdown",
    Header = function(h)
      if h.level == 1 then
        add_problem("a second title: " .. text_of(h), "write it as `## " .. text_of(h) .. "`")
      elseif h.level > level + 1 then
        add_problem("the heading '" .. text_of(h) .. "' skips a level", "give it " .. string.rep("#", level + 1))
      end
      level = h.level
    end,
    RawBlock = function(r) add_problem("raw " .. r.format .. ": " .. r.text:sub(1, 40), "write it as Markdown") end,
    RawInline = function(r) add_problem("raw " .. r.format .. ": " .. r.text:sub(1, 40), "write it as Markdown") end,
    Link = function(l)
      local scheme = l.target:match("^([%w+.-]+):")
      if scheme and scheme ~= "http" and scheme ~= "https" and scheme ~= "mailto" then
        add_problem("a link to " .. l.target:sub(1, 40), "link to an https address")
      end
    end,
    Image = function(i)
      local file = i.src:match("^[%w-]+%.%a+$") and io.open(i.src, "rb")
      if not file then
        add_problem("the image " .. i.src .. " does not exist", "draw it in a code cell as a FigureExhibit")
      else
        file:close()
      end
    end,
    Div = function(d)
      if d.classes:includes("exhibit") then
        local kind = d.classes:includes("figure") and "Figure" or "Table"
        numbers[kind] = (numbers[kind] or 0) + 1
        if numbers[d.identifier] then
          add_problem("the label " .. d.identifier .. " is already used", "give each figure and table its own label")
        end
        numbers[d.identifier] = kind .. "\u{a0}" .. prefix .. numbers[kind]
      end
    end,
  })
  return level
end

-- References to figures and tables become links; all others must be sources.

local cited = false -- whether the cell at hand cites a source

local function resolve(cite)
  local links = pandoc.Inlines({})
  for _, c in ipairs(cite.citations) do
    if c.id:match("^fig%-") or c.id:match("^tbl%-") then
      if #links > 0 then links:extend({ pandoc.Str(","), pandoc.Space() }) end
      if numbers[c.id] then
        links:insert(pandoc.Link(numbers[c.id], "#" .. c.id))
      elseif elsewhere[c.id] then
        local name, page = text_of(elsewhere[c.id].name), text_of(elsewhere[c.id].page)
        links:insert(html and pandoc.Link(name, page .. "#" .. c.id) or pandoc.Str(name))
      else
        add_problem("@" .. c.id .. " refers to nothing", "use the label of a figure or table of this report")
      end
    elseif sources[c.id] then
      cited = true
      -- A place such as "p. 2" or "p4" is printed as written: empty braces keep citeproc from reading it as a page.
      local first = c.suffix[1]
      if first and first.t == "Str" and first.text:sub(1, 1) == "," then first.text = "{}" .. first.text end
    else
      add_problem("@" .. c.id .. " is not a known source", "add it to data/raw/sources.csv and run `make data`, or add reports/references.bib")
    end
  end
  return #links > 0 and links or cite
end

-- Formats.

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

local function download_links(label, endings)
  local links = {}
  if endings[1] == "svg" and images ~= "" then
    local place = images .. "/" .. label .. ".png"
    table.insert(links, string.format('<li><a href="%s">PNG<span class="hidden"> of %s</span></a></li>', place, numbers[label]))
  end
  for _, ending in ipairs(endings) do
    local name = label .. "." .. ending
    -- The page's script links to the image shown, so that the page holds each figure only once.
    local shown = ending == "svg"
    table.insert(links, string.format('<li%s><a download="%s"%s>%s<span class="hidden"> of %s</span></a></li>',
      shown and " hidden" or "", name, shown and "" or string.format(' href="%s"', embed(name)), ending:upper(), numbers[label]))
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
  local number = numbers[label]
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
  out:insert(raw(download_links(label, isFigure and { "svg", "csv" } or { "csv" })))
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
  local title = pandoc.Inlines({ pandoc.Str(numbers[label] .. ". ") })
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
    if FORMAT == "plain" then return plain_exhibit(div) end
    local isFigure = div.classes:includes("figure")
    if FORMAT == "docx" then return docx_exhibit(div, isFigure) end
    if html then return html_exhibit(div, isFigure) end
    return isFigure and typst_figure(div) or typst_table(div)
  elseif div.classes[1] and div.classes[1]:match("^cover%-") then
    return FORMAT == "plain" and {} or mark_cover(div)
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

-- A citation that is part of its sentence, at the start, after a colon, "from" or "to", is marked for brackets.lua.
local function is_named(before)
  return before == nil or (before.t == "Str" and (before.text:match(":$") or before.text == "from" or before.text == "to"))
end

local function mark_named(inlines)
  local before
  for i, inline in ipairs(inlines) do
    if inline.t == "Cite" and is_named(before) then inlines[i] = pandoc.Span({ inline }, { class = "bare" }) end
    if inline.t ~= "Space" and inline.t ~= "SoftBreak" then before = inline end
  end
  return inlines
end

local function resolve_cell(cell)
  place, cited = name_place(cell), false
  local resolved = cell:walk({ Cite = resolve })
  -- Looking at all text takes long, and few cells cite.
  if cited then resolved = resolved:walk({ Inlines = mark_named }) end
  -- Pandoc reads the last paragraph of a cell as a plain line, as no empty line follows it.
  return resolved.content:map(function(b) return b.t == "Plain" and pandoc.Para(b.content) or b end)
end

function Pandoc(doc)
  local book = doc.meta.book == true
  prefix, images = text_of(doc.meta.prefix or ""), text_of(doc.meta.images or "")
  elsewhere = doc.meta.elsewhere or {}
  show_code, brief = doc.meta["show-code"] == true, doc.meta.brief == true
  floats = doc.meta.floats == true
  for _, item in ipairs(pandoc.utils.references(doc)) do sources[item.id] = true end
  local level = 1
  for _, block in ipairs(doc.blocks) do
    if block.t == "Header" then level = block.level end
    if is_cell(block) then level = check_cell(block, level) end
  end
  local blocks = pandoc.Blocks({})
  for _, block in ipairs(doc.blocks) do
    if is_cell(block) then
      blocks:extend(resolve_cell(block))
    else
      blocks:insert(block)
    end
  end
  if #problems > 0 then
    io.stderr:write(table.concat(problems, "\n") .. "\n")
    os.exit(1)
  end
  if not next(sources) then
    blocks = blocks:filter(function(block) return block.identifier ~= "sources" and block.identifier ~= "refs" end)
  end
  doc.blocks = FORMAT == "plain" and blocks or arrange(blocks)
  -- A PDF's first heading must be of level 1; in a page the title is that.
  local changes = {}
  if not html and not book then
    function changes.Header(h)
      h.level = h.level - 1
      return h
    end
  end
  if typst then changes.Math = describe_formula end
  if FORMAT == "plain" then
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
