p='tests/unit/files/test_csv_corpus.py'
t=open(p).read()
L=t.split("\n")
L[0]='"""A corpus of nasty files, made here: what is read is held against Python\'s csv module, and every line is counted."""'
out=[]
for l in L:
    if l.startswith("    alphabet=st.one_of(") and l.endswith(", max_size=12"):
        out+= [l[:-len(" max_size=12")], "    max_size=12,"]
    elif l.startswith("@given(pieces="):
        out+=["@given(","    pieces=st.lists(st.sampled_from(PIECES), max_size=8),",'    end=st.sampled_from(["\\n", "\\r\\n", "\\r"]),',"    last=st.booleans(),",")"]
    elif l.startswith('    *("1,Ann,A,x"'):
        out+=[l.replace('"", ",,,"),','""),')]
    elif l.startswith('    *("9,A'):
        out+=[l.replace('*("9,A','*(",,,", "9,A').replace('"13;Ann;A;x", "Total: 3"),','"13;Ann;A;x"),'),'    "Total: 3",']
    elif l=='    separator = DELIMITERS[delimiter]':
        out+=[l,'    if quoting == csv.QUOTE_MINIMAL:  # Python does not quote a lone CR, which ends a line wherever it is not quoted','        rows = [[cell.replace("\\r", "") for cell in row] for row in rows]']
    elif 'cells = [cell for cell in NASTY_CELLS if not set(cell) & set("\\n\\r")]' in l:
        out+=[l.replace('set("\\n\\r")',"set('\\n\\r\"')")]
    else: out.append(l)
open(p,'w').write("\n".join(out))
