@echo off
rem Step 17 of 21: boot code for BOOTMGR in the stick's boot sectors and MBR; the partition table stays.
bootsect /nt60 S: /force /mbr
if not "%errorlevel%"=="0" exit /b %errorlevel%
