"""`bib dedupe`, pair by pair: what is one work for certain, what may be one, and what is not. Each row is tried both ways round."""

from __future__ import annotations

import pytest

from llminfer_bib import duplicates
from llminfer_bib.library import Library

NONE, POSSIBLE, CERTAIN = "none", "possible", "certain"
T = "title={Efficient Memory Management for Model Serving}"
A = "author={Kwon, Woosuk and Li, Zhuohan}"
TA = f"{T}, {A}"
DOI = "doi={10.1145/3600006.3613165}"
ARXIV = "eprint={2309.06180}, archiveprefix={arXiv}"
HAN = "title={大语言模型高效推理综述与展望}"

# (what, one entry, another one, what they are)
ROWS = (
    # --- editions, volumes, parts
    ("two editions", f"@book{{%s, {TA}, edition={{1}}", f"@book{{%s, {TA}, edition={{2}}", NONE),
    ("a second edition", f"@book{{%s, {TA}", f"@book{{%s, {TA}, edition={{Second}}", NONE),
    ("a revised edition", f"@book{{%s, {TA}, year=2001", f"@book{{%s, {TA}, edition={{Revised}}, year=2001", NONE),
    ("one edition in words", f"@book{{%s, {TA}, edition={{2nd}}, year=2001", f"@book{{%s, {TA}, edition={{Second}}, year=2001", CERTAIN),
    ("one edition in Chinese", f"@book{{%s, {TA}, edition={{第二版}}, year=2001", f"@book{{%s, {TA}, edition={{2}}, year=2001", CERTAIN),
    ("the first edition is said", f"@book{{%s, {TA}, edition={{1st}}, year=2001", f"@book{{%s, {TA}, year=2001", CERTAIN),
    ("books of two years", f"@book{{%s, {TA}, year=2010", f"@book{{%s, {TA}, year=2016", POSSIBLE),
    ("a book without year", f"@book{{%s, {TA}, year=2010", f"@book{{%s, {TA}", POSSIBLE),
    ("volumes", f"@book{{%s, {TA}, volume={{1}}, year=2001", f"@book{{%s, {TA}, volume={{2}}, year=2001", NONE),
    ("volumes with the ISBN of all", f"@book{{%s, {TA}, volume={{1}}, isbn={{9787115461476}}", f"@book{{%s, {TA}, volume={{2}}, isbn={{9787115461476}}", NONE),
    ("one volume in two numerals", f"@book{{%s, {TA}, volume={{II}}, year=2001", f"@book{{%s, {TA}, volume={{2}}, year=2001", CERTAIN),
    ("parts in the field", f"@book{{%s, {TA}, part={{1}}", f"@book{{%s, {TA}, part={{2}}", NONE),
    ("Part I and II", f"@article{{%s, title={{Serving Models: Part I}}, {A}", f"@article{{%s, title={{Serving Models: Part II}}, {A}", NONE),
    ("Part A and B", f"@article{{%s, title={{Serving Many Models, Part A}}, {A}", f"@article{{%s, title={{Serving Many Models, Part B}}, {A}", NONE),
    ("Part I in two numerals", f"@article{{%s, title={{Serving Many Models: Part I}}, {A}", f"@article{{%s, title={{Serving Many Models: Part 1}}, {A}", CERTAIN),
    ("Part two in words", f"@article{{%s, title={{Serving Models: Part Two}}, {A}", f"@article{{%s, title={{Serving Models: Part Three}}, {A}", NONE),
    ("part and whole", f"@article{{%s, title={{Serving Many Models}}, {A}", f"@article{{%s, title={{Serving Many Models II}}, {A}", NONE),
    ("XI and XII", f"@article{{%s, title={{Graph Minors of Trees XI}}, {A}", f"@article{{%s, title={{Graph Minors of Trees XII}}, {A}", NONE),
    ("another subtitle of a part", f"@article{{%s, title={{Graph Minors and Trees: Paths}}, {A}", f"@article{{%s, title={{Graph Minors and Trees: Cycles}}, {A}", NONE),
    ("subtitles in their field", f"@book{{%s, title={{History of Rome}}, subtitle={{Early Years}}, {A}, year=2001", f"@book{{%s, title={{History of Rome}}, subtitle={{Late Years}}, {A}, year=2001", NONE),
    ("a part in titleaddon", f"@article{{%s, {TA}, titleaddon={{Part 1}}", f"@article{{%s, {TA}, titleaddon={{Part 2}}", NONE),
    ("第1部分 and 第2部分", "@article{%s, title={大模型推理系统第1部分}, author={葛旭冉}", "@article{%s, title={大模型推理系统第2部分}, author={葛旭冉}", NONE),
    ("第一讲 and 第二讲", "@article{%s, title={大模型推理系统第一讲}, author={葛旭冉}", "@article{%s, title={大模型推理系统第二讲}, author={葛旭冉}", NONE),
    ("第一部分 in digits", "@article{%s, title={大模型推理系统第一部分}, author={葛旭冉}", "@article{%s, title={大模型推理系统第1部分}, author={葛旭冉}", CERTAIN),
    ("第十一章 and 第十二章", "@article{%s, title={大模型推理系统第十一章}, author={葛旭冉}", "@article{%s, title={大模型推理系统第十二章}, author={葛旭冉}", NONE),
    ("（上） and （下）", "@article{%s, title={大模型推理系统（上）}, author={葛旭冉}", "@article{%s, title={大模型推理系统（下）}, author={葛旭冉}", NONE),
    ("上篇 and 下篇", "@article{%s, title={大模型推理系统上篇}, author={葛旭冉}", "@article{%s, title={大模型推理系统下篇}, author={葛旭冉}", NONE),
    ("上 and the whole", "@article{%s, title={大模型推理系统}, author={葛旭冉}", "@article{%s, title={大模型推理系统（上）}, author={葛旭冉}", NONE),
    ("（一） and （二）", "@article{%s, title={大模型推理系统（一）}, author={葛旭冉}", "@article{%s, title={大模型推理系统（二）}, author={葛旭冉}", NONE),
    ("推理 and 训练", "@article{%s, title={大模型推理系统优化综述}, author={葛旭冉}", "@article{%s, title={大模型训练系统优化综述}, author={葛旭冉}", NONE),
    ("chapter numbers", f"@inbook{{%s, {TA}, chapter={{1}}", f"@inbook{{%s, {TA}, chapter={{2}}", NONE),
    ("other pages of a book", f"@incollection{{%s, {TA}, booktitle={{B}}, year=2001, pages={{1--9}}", f"@incollection{{%s, {TA}, booktitle={{B}}, year=2001, pages={{30--39}}", NONE),
    ("yearly surveys", f"@article{{%s, title={{Model Serving Survey 2023}}, {A}", f"@article{{%s, title={{Model Serving Survey 2024}}, {A}", NONE),
    ("a column of a journal", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, year=2001, number=1", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, year=2001, number=2", POSSIBLE),
    ("a column, other volume", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, volume=1", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, volume=2", NONE),
    ("a column, other number and pages", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, volume=1, number=1, pages={{3}}", f"@article{{%s, title={{The View from the Machine Room}}, {A}, journal={{J}}, volume=1, number=2, pages={{9}}", NONE),
    ("nobody's lists of two volumes", "@article{%s, title={Addresses of All the Officers}, author={Anonymous}, url={https://a.org}, volume=1", "@article{%s, title={Addresses of All the Officers}, author={Anonymous}, url={https://a.org}, volume=2", NONE),
    ("nobody's lists of two years", "@article{%s, title={Addresses of All the Officers}, author={Anonymous}, year=1981", "@article{%s, title={Addresses of All the Officers}, author={Anonymous}, year=1982", NONE),
    ("editions that are versions", f"@misc{{%s, {TA}, edition={{V[ersion] 2.4}}", f"@misc{{%s, {TA}, edition={{V[ersion] 2.5}}", NONE),
    ("report numbers", f"@techreport{{%s, {TA}, institution={{I}}, number={{TR-1}}", f"@techreport{{%s, {TA}, institution={{I}}, number={{TR-2}}", POSSIBLE),
    # --- translations
    ("Chinese and English", f"@book{{%s, title={{Deep Learning for Everybody}}, {A}, isbn={{9787115461476}}", f"@book{{%s, title={{深度学习}}, {A}, isbn={{9787115461476}}", NONE),
    ("Chinese and English, one DOI", "@book{%s, title={Deep Learning}, doi={10.1000/x}", "@book{%s, title={深度学习}, doi={10.1000/x}", NONE),
    ("langid differs", f"@book{{%s, {TA}, langid={{english}}", f"@book{{%s, {TA}, langid={{ngerman}}", NONE),
    ("British and American", f"@book{{%s, {TA}, langid={{british}}, year=2001", f"@book{{%s, {TA}, langid={{american}}, year=2001", CERTAIN),
    ("two translators", f"@book{{%s, {TA}, translator={{Moore, S.}}", f"@book{{%s, {TA}, translator={{Fowkes, B.}}", NONE),
    ("one translator", f"@book{{%s, {TA}, year=2001, translator={{Moore, S.}}", f"@book{{%s, {TA}, year=2001", POSSIBLE),
    ("said to be related", f"@book{{%s, {TA}, related={{b}}, relatedtype={{translationof}}", f"@book{{%s, {TA}", NONE),
    # --- chapters and their books
    ("chapters with the book's DOI", f"@incollection{{%s, title={{On Heat}}, {A}, {DOI}", f"@incollection{{%s, title={{The Cold Winter}}, {A}, {DOI}", NONE),
    ("introductions with the book's DOI", f"@incollection{{%s, title={{Introduction}}, {A}, {DOI}, pages={{1--9}}", f"@incollection{{%s, title={{Introduction}}, {A}, {DOI}, pages={{90--99}}", NONE),
    ("keynotes with the volume's DOI", f"@inproceedings{{%s, title={{Keynote}}, author={{Meier, Anna}}, {DOI}", f"@inproceedings{{%s, title={{Keynote}}, author={{Huber, Karl}}, {DOI}", NONE),
    ("book and chapter, one DOI", f"@book{{%s, {TA}, {DOI}", f"@inbook{{%s, {TA}, {DOI}, pages={{1--9}}", NONE),
    ("chapter and book, one ISBN", f"@book{{%s, {TA}, isbn={{9787115461476}}", f"@inbook{{%s, {TA}, isbn={{9787115461476}}", NONE),
    ("parent", f"@inproceedings{{%s, {DOI}, {T}, crossref={{b}}", f"@proceedings{{%s, {DOI}, {T}", NONE),
    ("two proceedings", "@proceedings{%s, title={Proceedings of the Conference on Machine Learning}, year=2019", "@proceedings{%s, title={Proceedings of the Conference on Machine Learning}, year=2020", NONE),
    # --- titles that say nothing
    ("introductions", f"@incollection{{%s, title={{Introduction}}, {A}, year=2001, booktitle={{B}}", f"@incollection{{%s, title={{Introduction}}, {A}, year=2001, booktitle={{C}}", NONE),
    ("editorials", "@article{%s, title={Editorial}, author={Meier, Anna}, journal={J}, year=2001", "@article{%s, title={Editorial}, author={Meier, Anna}, journal={J}, year=2001, number=2", POSSIBLE),
    ("editorials of two numbers", "@article{%s, title={Editorial}, author={Meier, Anna}, journal={J}, year=2001, number=1", "@article{%s, title={Editorial}, author={Meier, Anna}, journal={J}, year=2001, number=2", NONE),
    ("prefaces by nobody", "@misc{%s, title={Preface}, year=2001", "@misc{%s, title={Preface}, year=2001, note={x}", NONE),
    ("前言", "@article{%s, title={前言}, author={葛旭冉}, year=2001", "@article{%s, title={前言}, author={葛旭冉}, year=2001, note={x}", NONE),
    ("a copy of an introduction", "@incollection{%s, title={Introduction}, author={Meier, Anna}, booktitle={B}, year=2001", "@incollection{%s, title={Introduction}, author={Meier, Anna}, booktitle={B}, year=2001", CERTAIN),
    ("annual reports of one address", "@online{%s, title={Annual Report}, url={https://a.org/report}, date={2023}", "@online{%s, title={Annual Report}, url={https://a.org/report}, date={2024}", POSSIBLE),
    ("annual reports", "@report{%s, title={Annual Report}, institution={I}, date={2023}", "@report{%s, title={Annual Report}, institution={I}, date={2024}", NONE),
    ("nothing said", "@misc{%s, year=2020", "@misc{%s, year=2020", NONE),
    # --- about a work, or another form of it
    *(
        (f"{word} with the work's {name}", f"@article{{%s, {TA}{extra}", f"@article{{%s, title={{{word} Efficient Memory Management for Model Serving}}, {A}{extra}", NONE)
        for word in ("Erratum:", "Corrigendum to", "Comment on", "Reply to", "Review:", "Supplementary Material for")
        for name, extra in (("people", ""), ("DOI", f", {DOI}"))
    ),
    ("a survey of it", f"@article{{%s, {TA}", f"@article{{%s, title={{A Survey of Efficient Memory Management for Model Serving}}, {A}", NONE),
    ("a survey of it, one DOI", f"@article{{%s, {TA}, {DOI}", f"@article{{%s, title={{A Survey of Efficient Memory Management for Model Serving}}, {A}, {DOI}", POSSIBLE),
    ("two people of one sound", f"@article{{%s, {HAN}, author={{王伟 and 李明}}, year=2020", f"@article{{%s, {HAN}, author={{王伟 and 李明 and 刘旭冉}}, year=2020", POSSIBLE),
    ("video and paper", f"@video{{%s, {TA}", f"@article{{%s, {TA}", NONE),
    ("video with the paper's DOI", f"@video{{%s, {TA}, {DOI}", f"@article{{%s, {TA}, {DOI}", NONE),
    ("slides", f"@misc{{%s, {TA}, howpublished={{Slides}}", f"@inproceedings{{%s, {TA}", NONE),
    ("slides in a note", f"@misc{{%s, {TA}, note={{Talk slides}}", f"@inproceedings{{%s, {TA}", NONE),
    ("poster", f"@misc{{%s, {TA}, type={{Poster}}", f"@inproceedings{{%s, {TA}", NONE),
    ("幻灯片", f"@misc{{%s, {HAN}, author={{葛旭冉}}, howpublished={{幻灯片}}", f"@inproceedings{{%s, {HAN}, author={{葛旭冉}}", NONE),
    ("code and paper", f"@software{{%s, {TA}, url={{https://github.com/v/v}}", f"@inproceedings{{%s, {TA}", NONE),
    ("code in misc and paper", f"@misc{{%s, {TA}, howpublished={{GitHub repository}}", f"@inproceedings{{%s, {TA}", NONE),
    ("a blog post of the paper's title", f"@online{{%s, {TA}, url={{https://blog.vllm.ai/x}}", f"@inproceedings{{%s, {TA}", NONE),
    ("thesis and paper", f"@phdthesis{{%s, {TA}", f"@article{{%s, {TA}", NONE),
    ("two theses", f"@phdthesis{{%s, {TA}, school={{S}}", f"@mastersthesis{{%s, {TA}, school={{S}}", NONE),
    ("book and paper", f"@book{{%s, {TA}", f"@article{{%s, {TA}", NONE),
    ("software versions", f"@software{{%s, {TA}, version={{1.0}}", f"@software{{%s, {TA}, version={{2.0}}", NONE),
    ("version said once", f"@software{{%s, {TA}, version={{1.0}}", f"@software{{%s, {TA}", NONE),
    ("versions in titles", f"@software{{%s, title={{Fast Server v1}}, {A}", f"@software{{%s, title={{Fast Server v2}}, {A}", NONE),
    ("talk at two events", f"@video{{%s, {TA}, eventtitle={{GTC}}", f"@video{{%s, {TA}, eventtitle={{Hot Chips}}", NONE),
    ("journal extension", f"@article{{%s, {TA}, journal={{TPDS}}, year=2025", f"@inproceedings{{%s, {TA}, booktitle={{SOSP}}, year=2023", POSSIBLE),
    ("journal extension, DOIs", f"@article{{%s, {TA}, doi={{10.1109/a}}", f"@inproceedings{{%s, {TA}, {DOI}", NONE),
    # --- other works of the same or other people
    ("another word", f"@article{{%s, title={{Efficient Macro Management for Serving}}, {A}", f"@article{{%s, title={{Efficient Micro Management for Serving}}, {A}", NONE),
    ("supervised and unsupervised", f"@article{{%s, title={{Supervised Learning of Long Texts}}, {A}", f"@article{{%s, title={{Unsupervised Learning of Long Texts}}, {A}", NONE),
    ("other people", f"@article{{%s, {TA}", f"@article{{%s, {T}, author={{Meier, Anna}}", NONE),
    ("Wei Wang and Lei Wang", "@article{%s, title={Deep Learning for Time Series Data}, author={Wang, Wei}, year=2020", "@article{%s, title={Deep Learning for Time Series Data}, author={Wang, Lei}, year=2020", NONE),
    ("Wang Wei and Wang Wen", "@article{%s, title={Deep Learning for Time Series Data}, author={Wang, Wei}, year=2020", "@article{%s, title={Deep Learning for Time Series Data}, author={Wang, Wen}, year=2020", NONE),
    ("王伟 and 王磊", f"@article{{%s, {HAN}, author={{王伟}}, year=2020", f"@article{{%s, {HAN}, author={{王磊}}, year=2020", NONE),
    ("other arXiv ids", f"@misc{{%s, {TA}, {ARXIV}", f"@misc{{%s, {TA}, eprint={{2401.00001}}, archiveprefix={{arXiv}}", NONE),
    ("a DOI by a slip, other people", f"@article{{%s, {TA}, {DOI}", f"@article{{%s, title={{Cold Winters in the North}}, author={{Meier, Anna}}, {DOI}", NONE),
    ("a DOI by a slip, titles alike", f"@article{{%s, title={{Efficient Macro Management for Serving}}, {A}, {DOI}", f"@article{{%s, title={{Efficient Micro Management for Serving}}, {A}, {DOI}", POSSIBLE),
    ("a DOI by a slip, Part II", f"@article{{%s, title={{Serving Models: Part I}}, {A}, {DOI}", f"@article{{%s, title={{Serving Models: Part II}}, {A}, {DOI}", NONE),
    ("one title and DOI, other people", f"@article{{%s, {TA}, {DOI}", f"@article{{%s, {T}, author={{Meier, Anna}}, {DOI}", POSSIBLE),
    ("pages of one site", "@online{%s, title={On Speed}, url={https://a.org/1}", "@online{%s, title={On Speed}, url={https://a.org/2}", NONE),
    ("works with the site's address", "@online{%s, title={On the Speed of Servers}, url={https://a.org/}", "@online{%s, title={Cold Winters in the North}, url={https://a.org/}", NONE),
    # --- one work
    ("same DOI", "@article{%s, doi={10.1000/x}", "@misc{%s, doi={10.1000/x}", CERTAIN),
    ("DOI with resolver", f"@article{{%s, {TA}, doi={{https://doi.org/10.1000/X}}", f"@article{{%s, {TA}, doi={{10.1000/x}}", CERTAIN),
    ("DOI with prefix", f"@article{{%s, {TA}, doi={{doi:10.1000/x}}", f"@article{{%s, {TA}, doi={{http://dx.doi.org/10.1000/x}}", CERTAIN),
    ("DOI in the address", f"@article{{%s, {TA}, url={{https://doi.org/10.1000/x}}", f"@article{{%s, {TA}, doi={{10.1000/x}}", CERTAIN),
    ("same DOI, other volume", f"@article{{%s, {TA}, {DOI}, volume=1", f"@article{{%s, {TA}, {DOI}, volume=2", POSSIBLE),
    ("same DOI, misc and article", f"@article{{%s, {TA}, {DOI}, journal={{J}}", f"@misc{{%s, {TA}, {DOI}", CERTAIN),
    ("same DOI, misc with an address", f"@article{{%s, {TA}, {DOI}, journal={{J}}", f"@misc{{%s, {TA}, {DOI}, url={{https://a.org/p}}", CERTAIN),
    ("same DOI, on line", f"@article{{%s, {TA}, {DOI}, journal={{J}}", f"@online{{%s, {TA}, {DOI}, url={{https://a.org/p}}", POSSIBLE),
    ("a data set in misc", f"@dataset{{%s, {TA}, doi={{10.5281/zenodo.1}}", f"@misc{{%s, {TA}, doi={{10.5281/zenodo.1}}, url={{https://zenodo.org/1}}", POSSIBLE),
    ("slides with the DOI of the paper", f"@article{{%s, {TA}, {DOI}", f"@misc{{%s, {TA}, {DOI}, howpublished={{Slides}}", NONE),
    ("keynotes with the address of all", "@inproceedings{%s, title={Keynote}, url={https://a.org/p}", "@inproceedings{%s, title={Keynote}, url={https://a.org/p}, note={x}", NONE),
    ("a repository, its version said once", f"@software{{%s, {TA}, url={{https://a.org/p}}", f"@software{{%s, {TA}, url={{https://a.org/p}}, version={{2}}", POSSIBLE),
    ("people in another order", f"@article{{%s, {T}, author={{Wang, Wei and Wang, Lei}}, year=2020", f"@article{{%s, {T}, author={{Wang, Lei and Wang, Wei}}, year=2020", CERTAIN),
    ("same DOI, a new title", f"@article{{%s, {TA}, {DOI}", f"@article{{%s, title={{Quick Answers}}, {A}, {DOI}", POSSIBLE),
    ("same arXiv id", f"@misc{{%s, {TA}, {ARXIV}", f"@misc{{%s, {TA}, eprint={{2309.06180}}, eprinttype={{arxiv}}", CERTAIN),
    ("arXiv id, DOI and address", f"@misc{{%s, {TA}, doi={{10.48550/arXiv.2309.06180}}", f"@misc{{%s, {TA}, url={{https://arxiv.org/abs/2309.06180}}", CERTAIN),
    ("two versions on arXiv", f"@misc{{%s, {TA}, eprint={{2309.06180v1}}, archiveprefix={{arXiv}}", f"@misc{{%s, {TA}, eprint={{2309.06180v2}}, archiveprefix={{arXiv}}", POSSIBLE),
    ("one arXiv id on two works", f"@misc{{%s, {TA}, {ARXIV}", f"@misc{{%s, title={{Cold Winters in the North}}, author={{Meier, Anna}}, {ARXIV}", NONE),
    ("a new title on arXiv", f"@misc{{%s, {TA}, {ARXIV}", f"@misc{{%s, title={{Easy and Fast Answers}}, {A}, {ARXIV}", POSSIBLE),
    ("preprint and published", f"@article{{%s, {TA}, year=2024, journal={{JMLR}}", f"@misc{{%s, {TA}, year=2023, {ARXIV}", CERTAIN),
    ("preprint, title changed", f"@inproceedings{{%s, title={{Efficient Memory Management for Large Language Model Serving with Paging}}, {A}, year=2024", f"@misc{{%s, title={{Efficient Memory Management for Large Model Serving with Paging}}, {A}, year=2023, {ARXIV}", POSSIBLE),
    ("preprint with a name", f"@inproceedings{{%s, title={{vLLM: Efficient Memory Management for Serving}}, {A}, year=2024", f"@misc{{%s, title={{Efficient Memory Management for Serving}}, {A}, year=2023, {ARXIV}", POSSIBLE),
    ("preprint, ten years before", f"@inproceedings{{%s, {TA}, year=2024", f"@misc{{%s, {TA}, year=2013, eprint={{1301.00001}}, archiveprefix={{arXiv}}", POSSIBLE),
    ("same title and people", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {TA}, year=2023, note={{x}}", CERTAIN),
    ("no year in one", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {TA}", CERTAIN),
    ("a year apart", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {TA}, year=2024", POSSIBLE),
    ("types of BibTeX and biblatex", f"@conference{{%s, {TA}, booktitle={{SOSP}}, year=2023", f"@inproceedings{{%s, {TA}, booktitle={{SOSP}}, year=2023, note={{x}}", CERTAIN),
    ("phdthesis and thesis", f"@phdthesis{{%s, {TA}, school={{S}}, year=2023", f"@thesis{{%s, {TA}, type={{PhD thesis}}, institution={{S}}, year=2023", CERTAIN),
    ("techreport and report", f"@techreport{{%s, {TA}, institution={{S}}, year=2023", f"@report{{%s, {TA}, institution={{S}}, year=2023, type={{techreport}}", CERTAIN),
    ("article in misc", f"@article{{%s, {TA}, journal={{J}}, year=2023", f"@misc{{%s, {TA}, year=2023, url={{https://a.org/p.pdf}}", POSSIBLE),
    ("cut short", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {T}, author={{Kwon, Woosuk and others}}, year=2023", CERTAIN),
    ("initials", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {T}, author={{W. Kwon and Z. Li}}, year=2023", CERTAIN),
    ("names swapped", f"@article{{%s, {TA}, year=2023", f"@article{{%s, {T}, author={{Woosuk, Kwon and Zhuohan, Li}}, year=2023", CERTAIN),
    ("pinyin", f"@article{{%s, {T}, author={{葛旭冉}}, year=2023", f"@article{{%s, {T}, author={{Ge, Xuran}}, year=2023", CERTAIN),
    ("pinyin and a slip", f"@article{{%s, {T}, author={{葛旭冉}}, year=2023", "@article{%s, title={Efficient Memory Mangement for Model Serving}, author={Xuran Ge}, year=2023", POSSIBLE),
    ("a given name in two words", f"@article{{%s, {T}, author={{Li, Zhuo-Han}}, year=2023", f"@article{{%s, {T}, author={{Li, Zhuohan}}, year=2023", CERTAIN),
    ("accents", f"@article{{%s, {T}, author={{M{{\\\"u}}ller, J.}}, year=2023", f"@article{{%s, {T}, author={{Mueller, Jan}}, year=2023", CERTAIN),
    ("accents in TeX", f'@article{{%s, title={{Gr\\"o{{\\ss}}en von Modellen im Betrieb}}, {A}', f"@article{{%s, title={{Größen von Modellen im Betrieb}}, {A}", CERTAIN),
    ("capitals and braces", f"@article{{%s, {TA}", f"@article{{%s, title={{{{EFFICIENT}} memory management for model serving}}, {A}", CERTAIN),
    ("formulas", f"@article{{%s, title={{Serving at $O(n \\log n)$ Cost}}, {A}", f"@article{{%s, title={{Serving at O(n log n) Cost}}, {A}", CERTAIN),
    ("hyphen", f"@article{{%s, title={{Multi-Head Attention for Text}}, {A}", f"@article{{%s, title={{Multihead Attention for Text}}, {A}", CERTAIN),
    ("small words", f"@article{{%s, {TA}", f"@article{{%s, title={{The Efficient Memory Management for Model Serving}}, {A}", POSSIBLE),
    ("a slip in the middle", f"@article{{%s, {TA}", f"@article{{%s, title={{Efficient Memory Mangement for Model Serving}}, {A}", POSSIBLE),
    ("slips at both ends", f"@article{{%s, {TA}", f"@article{{%s, title={{Eficient Memory Management for Model Servng}}, {A}", POSSIBLE),
    ("plural", f"@article{{%s, {TA}", f"@article{{%s, title={{Efficient Memory Management for Models Serving}}, {A}", POSSIBLE),
    ("without subtitle", f"@article{{%s, title={{The Speed of Servers: A View from the North}}, {A}", f"@article{{%s, title={{The Speed of Servers}}, {A}", POSSIBLE),
    ("subtitle in its field", f"@article{{%s, title={{The Speed of Servers: A View from the North}}, {A}", f"@article{{%s, title={{The Speed of Servers}}, subtitle={{A View from the North}}, {A}", CERTAIN),
    ("a short title", "@article{%s, title={Deep Learning}, author={LeCun, Yann and Bengio, Yoshua}, journal={Nature}, year=2015", "@article{%s, title={Deep learning}, author={Y. LeCun and Y. Bengio}, journal={Nature}, year=2015", CERTAIN),
    ("a short title, little else", "@article{%s, title={Deep Learning}, author={LeCun, Yann}, year=2015", "@article{%s, title={Deep learning}, author={Y. LeCun}, year=2015", POSSIBLE),
    ("people unknown", f"@misc{{%s, {T}", f"@misc{{%s, {T}, year=2001", POSSIBLE),
    ("a copy", f"@misc{{%s, {T}", f"@misc{{%s, {T}", CERTAIN),
    ("same address", "@online{%s, title={On Speed}, url={https://example.org/a}", "@online{%s, title={On Speed}, url={http://www.example.org/a/}", CERTAIN),
    ("same repository", "@software{%s, title={vLLM}, url={https://github.com/v/v}", "@software{%s, title={vLLM: Easy and Fast Serving}, url={https://github.com/v/v}", POSSIBLE),
    ("software in misc", "@software{%s, title={Fast Server}, url={https://github.com/v/v}", "@misc{%s, title={Fast Server}, url={https://github.com/v/v}", POSSIBLE),
    ("ISBN of ten digits", f"@book{{%s, {TA}, isbn={{0-262-03561-8}}, year=2016", f"@book{{%s, {TA}, isbn={{978-0-262-03561-3}}, year=2016", CERTAIN),
    ("Han title", f"@article{{%s, {HAN}, author={{葛旭冉}}, year=2023", f"@article{{%s, {HAN}, author={{葛旭冉}}, year=2023, note={{x}}", CERTAIN),
    ("Han title, pinyin name", f"@article{{%s, {HAN}, author={{葛旭冉}}", f"@article{{%s, {HAN}, author={{Ge, Xuran}}", CERTAIN),
    ("Han characters of old", f"@article{{%s, {HAN}, author={{刘旭冉}}", "@article{%s, title={大語言模型高效推理綜述與展望}, author={劉旭冉}", POSSIBLE),
    ("Chinese punctuation", "@article{%s, title={推理系统：大模型的综述}, author={葛旭冉}", "@article{%s, title={推理系统:大模型的综述}, author={葛旭冉}", CERTAIN),
    ("second key", f"@article{{%s, {TA}, ids={{b,a}}", "@article{%s, title={Two Other Words}", POSSIBLE),
)  # fmt: skip


def told(first: str, second: str) -> str:
    text = f"{first % 'a'}}}\n\n{second % 'b'}}}\n"
    groups = duplicates.find(Library.from_text(text).stream())
    assert all(group.keys == ("a", "b") for group in groups)
    return NONE if not groups else CERTAIN if groups[0].certain else POSSIBLE


@pytest.mark.parametrize(("first", "second", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_pair_is_told_as_the_table_says(first: str, second: str, expected: str) -> None:
    assert told(first, second) == expected
    if "{b}" not in first:  # names the other one by its key
        assert told(second, first) == expected


def test_the_table_has_no_row_twice() -> None:
    assert len({row[0] for row in ROWS}) == len({row[1:3] for row in ROWS}) == len(ROWS)
