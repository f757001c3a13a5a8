-- Removes the brackets round a citation that is part of its sentence: at the start, after a colon, "from" or "to".

local function is_named(before)
  return before == nil or (before.t == "Str" and (before.text:match(":$") or before.text == "from" or before.text == "to"))
end

local function strip(content)
  local first, last = content[1], content[#content]
  if first and first.t == "Str" and last.t == "Str" and first.text:match("^%(") and last.text:match("%)$") then
    first.text = first.text:sub(2)
    last.text = last.text:sub(1, -2)
  end
  return content
end

function Inlines(inlines)
  local before
  for _, inline in ipairs(inlines) do
    if inline.t == "Cite" and is_named(before) then inline.content = strip(inline.content) end
    if inline.t ~= "Space" and inline.t ~= "SoftBreak" then before = inline end
  end
  return inlines
end
