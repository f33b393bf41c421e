@echo off
rem Step 25 of 33: bootmgr and its store (BCD) on the stick, from the image in the VHD.
bcdboot Q:\windows /s Y: /f BIOS
if not "%errorlevel%"=="0" exit /b %errorlevel%
